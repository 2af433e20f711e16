use std::{env, fs};

#[test]
fn no_cold_start_waits_for_jitter_entropy() {
    assert_eq!(
        option_env!("AWS_LC_SYS_NO_JITTER_ENTROPY"),
        Some("1"),
        ".cargo/config.toml has to set it for every build"
    );
    // This program itself, whose symbols are not stripped.
    let program = fs::read(env::current_exe().unwrap()).unwrap();
    let program = String::from_utf8_lossy(&program);
    // In two parts, because the program contains its own literals too.
    let has = |prefix: &str, name: &str| program.contains(&format!("{prefix}_{name}"));
    assert!(has("RAND", "bytes"), "no symbols here, or no aws-lc");
    assert!(!has("jent_read", "entropy"));
}
