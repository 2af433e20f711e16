//! The measurements of a shape: one row of the report.

use std::fmt;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::ground::Ground;
use crate::measure::{Measured, measure};
use crate::shape::Shape;

/// The most CPU time of a request of at most 1 MiB.
const GOAL: Duration = Duration::from_millis(50);
/// The most CPU time of a batch of at most 4 MiB.
const BATCH_GOAL: Duration = Duration::from_millis(500);
/// The rounds of a shape. The least CPU time counts, because a busy machine only adds to it.
const ROUNDS: usize = 3;
/// The time after which a shape is not measured again.
const ENOUGH: Duration = Duration::from_secs(3);

/// The result of one shape.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The shape's name.
    pub(crate) name: String,
    /// Size of the request.
    pub(crate) bytes_sent: usize,
    /// Whether the goal of batches counts.
    pub(crate) is_batch: bool,
    /// The best round, if there was an answer.
    pub(crate) best: Option<Measured>,
    /// Whether the worker panicked. Else a row without an answer took too long.
    pub(crate) has_panicked: bool,
}

impl Row {
    /// Returns the goal for this kind of request.
    pub(crate) fn goal(&self) -> Duration {
        if self.is_batch { BATCH_GOAL } else { GOAL }
    }

    /// Returns the CPU time of the function, or the maximum without an answer.
    pub(crate) fn cpu(&self) -> Duration {
        self.best.map_or(Duration::MAX, |best| best.cpu)
    }

    /// Returns the CPU time as a part of the goal.
    pub(crate) fn load(&self) -> f64 {
        self.cpu().as_secs_f64() / self.goal().as_secs_f64()
    }

    /// Tells whether the shape cost more than the goal, or got no answer.
    pub(crate) fn is_over(&self) -> bool {
        self.cpu() > self.goal()
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.is_over() { "over" } else { "" };
        let goal = self.goal().as_millis();
        write!(f, "{verdict:4} {goal:>5}")?;
        match self.best {
            Some(best) => {
                let [cpu, store, wall] = [best.cpu, best.store, best.wall].map(milliseconds);
                write!(f, " {cpu:>9.1} {store:>9.1} {wall:>9.1} {:>6}", best.status)?;
            }
            None if self.has_panicked => write!(f, " {:>9} {:26}", "panicked", "")?,
            None => write!(f, " {:>9} {:26}", "too long", "")?,
        }
        write!(f, " {:>9}  {}", self.bytes_sent, self.name)
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Measures a shape on its own thread, and gives up after `cap`.
///
/// A computation that does not wait cannot be stopped, so the thread then works on until the
/// process ends. It adds to the store's time of later rows, not to the function's.
pub(crate) fn measure_within(shape: &Shape, cap: Duration) -> Row {
    measure_rounds(shape, cap, ROUNDS)
}

/// Like [`measure_within`], but in one round.
pub(crate) fn measure_once(shape: &Shape, cap: Duration) -> Row {
    measure_rounds(shape, cap, 1)
}

fn measure_rounds(shape: &Shape, cap: Duration, rounds: usize) -> Row {
    let (news, received) = channel();
    let worker = shape.clone();
    thread::spawn(move || work(&worker, rounds, &news));
    collect(shape, &received, Instant::now() + cap)
}

/// A message of a worker.
enum News {
    Sending { bytes: usize, is_batch: bool },
    Answered(Measured),
}

fn work(shape: &Shape, rounds: usize, news: &Sender<News>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    runtime.block_on(async {
        let started = Instant::now();
        for _ in 0..rounds {
            let request = shape.make(Ground::new().await).await;
            let (bytes, is_batch) = (request.size(), request.path().ends_with("/batch"));
            // The receiver is gone when the shape was given up.
            let _ = news.send(News::Sending { bytes, is_batch });
            let _ = news.send(News::Answered(measure(&request).await));
            if started.elapsed() > ENOUGH {
                break;
            }
        }
    });
}

fn collect(shape: &Shape, news: &Receiver<News>, deadline: Instant) -> Row {
    let mut row = Row {
        name: shape.name().to_owned(),
        bytes_sent: 0,
        is_batch: false,
        best: None,
        has_panicked: false,
    };
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match news.recv_timeout(left) {
            Ok(News::Sending { bytes, is_batch }) => {
                (row.bytes_sent, row.is_batch) = (bytes, is_batch)
            }
            Ok(News::Answered(measured)) => {
                let is_better = row.best.is_none_or(|best| measured.cpu < best.cpu);
                row.best = row.best.filter(|_| !is_better).or(Some(measured));
            }
            Err(error) => {
                row.has_panicked = error == RecvTimeoutError::Disconnected;
                return row;
            }
        }
    }
}
