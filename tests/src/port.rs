//! Ports for programs that cannot be told to choose one themselves.

use std::net::{TcpListener, UdpSocket};

/// Below the ports that systems give to outgoing connections, which would
/// otherwise take the one that was just found free.
const FIRST_PORT: u16 = 20_000;
const PORTS: u16 = 10_000;

/// A port that nobody listens on.
#[derive(Debug)]
pub(crate) struct Port {
    /// Its number.
    pub(crate) number: u16,
    /// Keeps other test runs off the port.
    _claim: UdpSocket,
}

impl Port {
    /// Claims one among all test runs.
    ///
    /// The real bind happens a second later, in another process. Until then nothing
    /// would keep a second run from choosing the same port, and from taking the
    /// first one's answer for its own. So each holds the UDP port of the same number.
    pub(crate) fn claim() -> Self {
        let start = std::process::id() % u32::from(PORTS);
        let start = u16::try_from(start).unwrap_or_default();
        (0..PORTS)
            .map(|step| FIRST_PORT + (start + step) % PORTS)
            .find_map(Self::try_claim)
            .expect("one port of ten thousand is free")
    }

    /// On all interfaces: not every program has an option for the host.
    fn try_claim(number: u16) -> Option<Self> {
        let claim = UdpSocket::bind(("0.0.0.0", number)).ok()?;
        TcpListener::bind(("0.0.0.0", number)).ok()?;
        Some(Self {
            number,
            _claim: claim,
        })
    }
}
