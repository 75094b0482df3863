//! Who beside its owner may read a file.

/// The permissions of a file, as Unix writes them; where a system has no such thing there are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode(u32);

/// Those beside the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// The members of the file's group.
    Group,
    /// Everybody on the machine.
    Others,
}

impl Mode {
    /// Of permission bits; what stands above them is left out.
    pub fn new(bits: u32) -> Self {
        Self(bits & 0o777)
    }

    /// The same below a directory: whom that does not let in reads nothing there.
    pub fn below(self, directory: Self) -> Self {
        let barred = |enter: u32, all: u32| if directory.0 & enter == 0 { all } else { 0 };
        Self(self.0 & !(barred(0o010, 0o070) | barred(0o001, 0o007)))
    }

    /// Whether `audience` may read.
    pub fn lets_read(self, audience: Audience) -> bool {
        let bit = match audience {
            Audience::Group => 0o040,
            Audience::Others => 0o004,
        };
        self.0 & bit != 0
    }

    /// Who may read, in words.
    pub fn readers(self) -> &'static str {
        match (self.lets_read(Audience::Group), self.lets_read(Audience::Others)) {
            (_, true) => "everybody on the machine",
            (true, false) => "everybody in its group",
            (false, false) => "its owner alone",
        }
    }
}

/// Octal digits: `0644`.
impl<'de> serde::Deserialize<'de> for Mode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = String::deserialize(deserializer)?;
        u32::from_str_radix(&digits, 8).map(Self::new).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_directory_closes_what_is_in_it() {
        let open = Mode::new(0o100_644);
        assert!(open.lets_read(Audience::Group) && open.lets_read(Audience::Others));
        let in_group = open.below(Mode::new(0o750));
        assert!(in_group.lets_read(Audience::Group) && !in_group.lets_read(Audience::Others));
        assert_eq!(open.below(Mode::new(0o700)).readers(), "its owner alone");
        assert_eq!(open.below(Mode::new(0o711)), open);
    }
}
