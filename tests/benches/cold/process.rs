//! Reads the system's statistics of a running process.

use std::fs;

/// The memory of a process, in MB.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Memory {
    /// The resident memory.
    pub(crate) rss: f64,
    /// The process's own part: heap and stacks.
    pub(crate) anonymous: f64,
    /// The part of files: mostly the binary, shared with other processes that run it.
    pub(crate) of_files: f64,
}

/// Returns the CPU milliseconds of the threads of a process. No thread has ended: those of the
/// runtime wait for more work.
pub(crate) fn cpu_ms(pid: u32) -> f64 {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).expect("the process runs");
    let used = threads.map(|thread| {
        let statistics = thread.expect("the process runs").path().join("schedstat");
        let statistics = fs::read_to_string(statistics).expect("the system keeps statistics");
        let nanoseconds = statistics.split(' ').next().unwrap_or_default();
        nanoseconds.parse::<f64>().expect("it is a number")
    });
    used.sum::<f64>() / 1e6
}

/// Returns the memory of a process.
pub(crate) fn memory(pid: u32) -> Memory {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the process runs");
    let megabytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kilobytes = line
            .expect("the system tells it")
            .trim_end_matches("kB")
            .trim();
        kilobytes.parse::<f64>().expect("it is a number") / 1024.0
    };
    Memory {
        rss: megabytes("VmRSS:"),
        anonymous: megabytes("RssAnon:"),
        of_files: megabytes("RssFile:"),
    }
}
