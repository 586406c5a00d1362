//! Prints every note of a world with the expert's codes: `cargo run -p world --example notes -- 1`.

use world::{DEFAULT_SEED, World, WorldError};

fn main() -> Result<(), WorldError> {
    let seed = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(DEFAULT_SEED);
    let world = World::new(seed)?;
    for visit in &world.visits {
        println!("##### {} {}: {}\n", visit.encounter.number, visit.encounter.served_on, visit.title);
        println!("{}\n", visit.note_text);
        for diagnosis in &visit.gold.diagnoses {
            println!("    {}", diagnosis.code.dotted());
        }
        for service in &visit.gold.services {
            println!("    {} {:?} x{} -> {:?}", service.code, service.modifiers, service.units, service.pointers);
        }
        println!();
    }
    Ok(())
}
