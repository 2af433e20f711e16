//! Makes the data file readable and writable by its owner only.

use std::ffi::OsString;
use std::fs::{self, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The mode of a file that only its owner can read and write.
const PRIVATE: u32 = 0o600;
/// The files that SQLite makes beside the data file while it works. A crash leaves
/// them.
const SIDE_FILES: [&str; 3] = ["-journal", "-shm", "-wal"];

/// Makes the file and its folder if they do not exist, and makes the file private.
/// SQLite gives its other files the same mode.
pub(super) fn make_private(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true).mode(PRIVATE).open(path)?;
    let beside = SIDE_FILES.iter().map(|ending| beside(path, ending));
    for file in beside.chain([path.to_owned()]) {
        match fs::set_permissions(file, Permissions::from_mode(PRIVATE)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}
