//! What holds of whole reports, in every format.
