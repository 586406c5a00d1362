//! What the library says of DRGs: one by its number, and the weight of a diagnosis.

use anyhow::Result;
use drg::{DrgKind, Found};
use jiff::civil::Date;

use crate::input::line;

/// Shows a DRG of the definitions in force for a discharge date; false when `number` is none.
///
/// # Errors
/// When the definitions are damaged or standard output cannot be written.
pub fn show(number: &str, on: Date) -> Result<bool> {
    let found = drg::on(on)?;
    let Some(drg) = found.definitions.drg(number) else { return Ok(false) };
    let kind = match drg.kind {
        DrgKind::Surgical => "surgical",
        DrgKind::Medical => "medical",
        DrgKind::Neither => "neither surgical nor medical",
    };
    line(format!("{}  {}", drg.number, drg.title))?;
    line(format!("{kind}, {} ({})", category(&found, &drg.mdc), name(&found)))?;
    line(format!("  when {}", drg.condition))?;
    Ok(true)
}

/// Says how much a diagnosis weighs as a secondary one; silent when nothing.
///
/// # Errors
/// As [`show`].
pub fn show_level(diagnosis: &str, on: Date) -> Result<()> {
    let found = drg::on(on)?;
    match found.definitions.level(diagnosis) {
        Some(level) => line(format!("  as a secondary diagnosis of a stay: {} ({})", level.code(), name(&found))),
        None => Ok(()),
    }
}

fn name(found: &Found) -> String {
    let stale = if found.is_stale { ", stale: it does not cover this date" } else { "" };
    format!("MS-DRG {}{stale}", found.version.name)
}

fn category(found: &Found, number: &str) -> String {
    match found.definitions.mdc(number) {
        Some(mdc) => format!("MDC {} {}", mdc.number, mdc.title),
        None if number == "PRE" => "before all categories".to_owned(),
        None => "of no category".to_owned(),
    }
}
