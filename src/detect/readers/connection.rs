//! Connections as ADO.NET, ODBC and libpq write them: `Server=db.acme.net;User Id=app;Password=…`.

use crate::text::Span;

use super::url::is_loopback;

/// A connection's text is hardly longer on either side of a field.
const LONGEST: usize = 400;

/// What the host is called in it.
const HOSTS: [&str; 7] = ["server", "data source", "datasource", "host", "hostname", "addr", "address"];

/// Whether the field whose name stands at `name` is one of a connection to the very machine that it is made on.
pub(super) fn is_local(bytes: &[u8], name: Span) -> bool {
    let ends = |byte: &u8| matches!(byte, b'"' | b'\'' | b'\n' | b'`' | b'<' | b'>');
    let before = &bytes[name.start.saturating_sub(LONGEST)..name.start];
    let start = name.start - before.iter().rev().take_while(|byte| !ends(byte)).count();
    let after = &bytes[name.end..bytes.len().min(name.end + LONGEST)];
    let end = name.end + after.iter().take_while(|byte| !ends(byte)).count();
    let text = String::from_utf8_lossy(&bytes[start..end]).to_ascii_lowercase();
    text.contains(';')
        && text.split(';').filter_map(|field| field.rsplit_once('=')).any(|(name, host)| {
            HOSTS.contains(&name.rsplit(['"', ':', '=']).next().unwrap_or(name).trim())
                && is_own_machine(host.trim())
        })
}

fn is_own_machine(host: &str) -> bool {
    let host = host.strip_prefix("tcp:").unwrap_or(host);
    let name = host.split([',', ':', '\\']).next().unwrap_or(host);
    matches!(name, "." | "(local)" | "(localdb)" | "::1") || is_loopback(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_tells_whether_it_is_the_own_machine() {
        let is = |text: &str| {
            let at = text.find("Password").unwrap();
            is_local(text.as_bytes(), Span::new(at, at + "Password".len()))
        };
        for text in [
            "Server=localhost;Password=x",
            "x: \"Server=tcp:127.0.0.1,1433;User Id=sa;Password=x\"",
            "Password=x;Host=localhost",
            "Data Source=(localdb)\\\\MSSQLLocalDB;Password=x",
            "Data Source=.\\SQLEXPRESS;Password=x",
        ] {
            assert!(is(text), "{text}");
        }
        for text in
            ["Server=db.acme.net;Password=x", "Host=localhost\nPassword=x", "Password=x;Database=localhost"]
        {
            assert!(!is(text), "{text}");
        }
    }
}
