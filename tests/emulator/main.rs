//! The functions' own binaries under AWS's runtime interface emulator: `make emulate`.

#[cfg(test)]
mod function;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod resilience;
