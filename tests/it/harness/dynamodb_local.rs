//! The life of the DynamoDB Local process.

use std::env;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use integration_tests::dynamodb_local::DynamoDbLocal;

/// The variable of the process that is killed.
const VICTIM: &str = "CERTS_TEST_HOLD_STORE";
const MARK: &str = "started: ";

const GONE_WITHIN: Duration = Duration::from_secs(30);
const POLL_EVERY: Duration = Duration::from_millis(20);

#[test]
fn a_killed_test_run_leaves_neither_process_nor_files() {
    let mut victim = start_victim();
    let (address, directory) = where_it_runs(&mut victim);
    assert!(is_listening(&address));
    assert!(Path::new(&directory).is_dir());

    // SIGKILL: the victim cannot clean up.
    victim.kill().unwrap();
    victim.wait().unwrap();

    wait_until(|| !is_listening(&address));
    wait_until(|| !Path::new(&directory).exists());
    wait_until(|| !is_in_a_command_line(&directory));
}

#[tokio::test]
async fn two_started_side_by_side_do_not_meet() {
    let (one, other) = tokio::join!(DynamoDbLocal::start(), DynamoDbLocal::start());
    assert_ne!(one.endpoint(), other.endpoint());
    assert_ne!(one.directory(), other.directory());
}

#[tokio::test]
#[ignore = "is the victim that another test starts in a process of its own, and kills"]
async fn holds_a_store_until_it_is_killed() {
    if env::var_os(VICTIM).is_none() {
        return;
    }
    let store = DynamoDbLocal::start().await;
    let address = store.endpoint().trim_start_matches("http://");
    println!("{MARK}{address} {}", store.directory().display());
    std::future::pending::<()>().await;
}

fn start_victim() -> Child {
    Command::new(env::current_exe().unwrap())
        .args([
            "holds_a_store_until_it_is_killed",
            "--ignored",
            "--nocapture",
        ])
        .env(VICTIM, "yes")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn where_it_runs(victim: &mut Child) -> (String, String) {
    let output = BufReader::new(victim.stdout.take().unwrap());
    let line = output
        .lines()
        .map(Result::unwrap)
        .find(|line| line.contains(MARK))
        .unwrap();
    let (_, place) = line.split_once(MARK).unwrap();
    let (address, directory) = place.split_once(' ').unwrap();
    (address.to_owned(), directory.to_owned())
}

fn is_listening(address: &str) -> bool {
    TcpStream::connect(address).is_ok()
}

/// Only the command lines of the guard and of Java contain the directory.
fn is_in_a_command_line(directory: &str) -> bool {
    let processes = Command::new("ps").args(["-A", "-o", "args="]).output();
    String::from_utf8_lossy(&processes.unwrap().stdout).contains(directory)
}

fn wait_until(condition: impl Fn() -> bool) {
    let deadline = Instant::now() + GONE_WITHIN;
    while !condition() {
        assert!(Instant::now() < deadline, "it did not happen in time");
        thread::sleep(POLL_EVERY);
    }
}
