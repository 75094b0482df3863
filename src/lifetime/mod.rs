//! Until when, read offline: from the value itself, or from the fields beside it.
//!
//! Every reader is a pure function over bytes. It takes whatever bytes there are, never panics, and speaks of claims
//! only: whether a credential has been revoked cannot be seen from here.

pub mod aws;
pub mod cookie;
pub mod durations;
pub mod jwt;
pub mod moments;
pub mod pem;
pub mod presigned;
pub mod sas;
pub mod siblings;
pub mod x509;

mod armor;
mod base64;
mod der;
mod query;
