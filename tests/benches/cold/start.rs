//! Measures starts from exec to the first answer, over plain HTTP.

use integration_tests::emulator::{Emulator, bootstrap, environment};
use integration_tests::events::{Scene, event_file};

use crate::process::{Memory, cpu_ms, memory};
use crate::target::Target;
use crate::{BARE, FUNCTIONS, median};

const STARTS: usize = 25;
const MAX_CPU_MS: f64 = 8.0;
const MAX_RATIO: f64 = 1.6;

/// All starts of one function.
struct Starts {
    cpu_ms: Vec<f64>,
    memory: Memory,
}

/// Measures all functions in turn, so that other work of the machine affects them equally.
pub(crate) fn measure(scene: &Scene) -> Vec<Target> {
    let functions: Vec<_> = [(BARE, FUNCTIONS[0].1)]
        .into_iter()
        .chain(FUNCTIONS)
        .collect();
    let mut starts: Vec<_> = functions.iter().map(|_| Starts::none()).collect();
    for _ in 0..STARTS {
        for ((function, event), starts) in functions.iter().zip(&mut starts) {
            starts.add(scene, function, event);
        }
    }
    let bare = median(&starts[0].cpu_ms);
    println!("from exec to the first answer, {STARTS} starts, plain HTTP");
    println!(
        "{:22}{:>10}{:>8}{:>8}{:>9}{:>11}{:>10}",
        "", "CPU ms", "min", "ratio", "RSS MB", "anonymous", "of files"
    );
    let measured = functions.iter().zip(&starts);
    let targets = measured.flat_map(|((function, _), starts)| starts.report(function, bare));
    targets.collect()
}

impl Starts {
    fn none() -> Self {
        Self {
            cpu_ms: Vec::new(),
            memory: Memory::default(),
        }
    }

    fn add(&mut self, scene: &Scene, function: &str, event: &str) {
        let mut emulator = Emulator::start(&bootstrap(function), &environment(&scene.store));
        emulator.invoke(&event_file(event));
        self.cpu_ms.push(cpu_ms(emulator.pid()));
        self.memory = memory(emulator.pid());
    }

    fn report(&self, function: &str, bare: f64) -> Vec<Target> {
        let cpu_ms = median(&self.cpu_ms);
        let least = self.cpu_ms.iter().copied().fold(f64::INFINITY, f64::min);
        let Memory {
            rss,
            anonymous,
            of_files,
        } = self.memory;
        println!(
            "{function:22}{cpu_ms:>10.2}{least:>8.2}{:>8.2}{rss:>9.1}{anonymous:>11.1}{of_files:>10.1}",
            cpu_ms / bare
        );
        if function == BARE {
            return Vec::new();
        }
        let cpu = format!("{function}: start");
        let ratio = format!("{function}: start, against the bare function");
        vec![
            Target::timed(cpu, cpu_ms, MAX_CPU_MS, "ms CPU"),
            Target::timed(ratio, cpu_ms / bare, MAX_RATIO, "times"),
        ]
    }
}
