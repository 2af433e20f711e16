//! Ports for programs that cannot choose a free one themselves.

use std::net::{TcpListener, UdpSocket};

/// Lower than the ports of outgoing connections, which could otherwise take a
/// port that was just found free.
const FIRST_PORT: u16 = 20_000;
const PORTS: u16 = 10_000;

/// A port on which no program listens.
#[derive(Debug)]
pub(crate) struct Port {
    /// Its number.
    pub(crate) number: u16,
    /// Keeps other test runs off the port.
    _claim: UdpSocket,
}

impl Port {
    /// Claims a port among all test runs.
    ///
    /// The real bind happens a second later, in another process. Until then a second
    /// run could choose the same port, and take the answers of the first for its own.
    /// So each run holds the UDP port of the same number.
    pub(crate) fn claim() -> Self {
        let start = std::process::id() % u32::from(PORTS);
        let start = u16::try_from(start).unwrap_or_default();
        (0..PORTS)
            .map(|step| FIRST_PORT + (start + step) % PORTS)
            .find_map(Self::try_claim)
            .expect("one port of ten thousand is free")
    }

    /// Tries all interfaces, because some programs have no option for the host.
    fn try_claim(number: u16) -> Option<Self> {
        let claim = UdpSocket::bind(("0.0.0.0", number)).ok()?;
        TcpListener::bind(("0.0.0.0", number)).ok()?;
        Some(Self {
            number,
            _claim: claim,
        })
    }
}
