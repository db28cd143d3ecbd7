//! Times the store's two models on one thread: a detector and an embedder, on inputs of the sizes that the store uses.

use std::hint::black_box;
use std::time::Instant;

use convnet::{Instructions, Network};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut models = Vec::new();
    let mut rounds = 50;
    let mut instructions = Instructions::best();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--rounds" => rounds = arguments.next().ok_or("--rounds needs a number")?.parse::<usize>()?.max(1),
            "--instructions" => {
                let name = arguments.next().ok_or("--instructions needs a name")?;
                let found =
                    Instructions::available().into_iter().find(|one| format!("{one:?}").eq_ignore_ascii_case(&name));
                instructions = found.ok_or("this processor has no such instructions")?;
            }
            _ => models.push(std::fs::read(argument)?),
        }
    }
    let [detector, embedder] = models.as_slice() else {
        return Err("usage: compare DETECTOR.onnx EMBEDDER.onnx [--rounds N] [--instructions NAME]".into());
    };
    let detector = Network::load_for(detector, instructions)?;
    let embedder = Network::load_for(embedder, instructions)?;
    let cases: [(&str, &Network, &[usize]); 6] = [
        ("detector", &detector, &[1, 3, 480, 640]),
        ("detector", &detector, &[1, 3, 256, 320]),
        ("detector", &detector, &[1, 3, 160, 160]),
        ("detector", &detector, &[1, 3, 128, 160]),
        ("embedder", &embedder, &[1, 112, 112, 3]),
        ("embedder", &embedder, &[2, 112, 112, 3]),
    ];
    let mut times = vec![Vec::new(); cases.len()];
    for _ in 0..=rounds {
        for ((_, network, shape), times) in cases.iter().zip(&mut times) {
            let count: usize = shape.iter().product();
            let values: Vec<f32> = (0..count).map(|at| (at * 31 % 256) as f32).collect();
            let start = Instant::now();
            black_box(network.run(shape, &values)?);
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    for ((name, network, shape), times) in cases.iter().zip(&mut times) {
        // The first round makes the plans.
        times.remove(0);
        times.sort_by(f64::total_cmp);
        let instructions = network.instructions();
        println!(
            "{name} {shape:?} {instructions:?}: median {:.3} ms, least {:.3} ms",
            times[times.len() / 2],
            times[0]
        );
    }
    Ok(())
}
