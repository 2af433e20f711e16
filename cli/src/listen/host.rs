//! Checks which host a request names.

use http::Request;
use http::header::HOST;

/// The names of this machine that need no name server.
const NAMES: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// Tells whether a request names this machine, with this port or without one. Its
/// only `Host` header must, and its target too if it names a host (RFC 9112, 3.2).
pub(super) fn is_own<B>(request: &Request<B>, port: u16) -> bool {
    let mut hosts = request.headers().get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let target = request.uri().authority();
    let is_own = |host: &str| is_own_host(host, port);
    host.to_str().is_ok_and(is_own) && target.is_none_or(|target| is_own(target.as_str()))
}

fn is_own_host(host: &str, port: u16) -> bool {
    let (name, sent_port) = match host.rsplit_once(':') {
        // The last colon of `[::1]` is not before a port.
        Some((name, sent_port)) if !sent_port.ends_with(']') => (name, Some(sent_port)),
        _ => (host, None),
    };
    let is_named = NAMES.iter().any(|own| own.eq_ignore_ascii_case(name));
    is_named && sent_port.is_none_or(|sent| sent == port.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(target: &str, hosts: &[&str]) -> Request<()> {
        let request = hosts.iter().fold(Request::get(target), |request, host| {
            request.header(HOST, *host)
        });
        request.body(()).unwrap()
    }

    #[test]
    fn the_names_of_this_machine_are_its_own_with_its_port_or_without_one() {
        for host in [
            "127.0.0.1:3000",
            "127.0.0.1",
            "localhost:3000",
            "LocalHost",
            "[::1]:3000",
            "[::1]",
        ] {
            assert!(is_own(&request("/", &[host]), 3000), "{host}");
        }
        assert!(is_own(
            &request("http://localhost:3000/", &["localhost"]),
            3000
        ));
    }

    #[test]
    fn every_other_host_is_foreign() {
        for host in [
            "",
            "evil.example",
            "evil.example:3000",
            "localhost.evil.example:3000",
            "127.0.0.1.evil.example",
            "localhost.",
            "localhost:",
            "localhost:3001",
            "localhost:03000",
            "127.0.0.2:3000",
            "2130706433:3000",
            "0.0.0.0:3000",
            "::1",
            "[::1]:",
            "[::ffff:127.0.0.1]:3000",
            "user@localhost:3000",
            "localhost:3000, evil.example",
        ] {
            assert!(!is_own(&request("/", &[host]), 3000), "{host}");
        }
    }

    #[test]
    fn a_request_without_a_host_or_with_two_is_foreign() {
        assert!(!is_own(&request("/", &[]), 3000));
        assert!(!is_own(&request("/", &["localhost", "localhost"]), 3000));
    }

    #[test]
    fn a_target_that_names_a_foreign_host_is_foreign() {
        let target = "http://evil.example:3000/";
        assert!(!is_own(&request(target, &["localhost:3000"]), 3000));
    }
}
