//! How the level of the visit was reached, as text.

use anyhow::Result;
use claim::VisitLevel;

use super::quoted;
use crate::input::line;

/// Prints the three elements with their words, the time, and both sets of thresholds beyond it.
pub fn print(level: &VisitLevel) -> Result<()> {
    let by_making = level.by_decision_making.as_deref().unwrap_or("no code");
    line(format!("level of the visit: {}; by decision making {}, {by_making}", level.code, level.complexity))?;
    for element in &level.elements {
        let counted = if element.counted.is_empty() { String::new() } else { format!(" ({})", element.counted) };
        line(format!(
            "    {} {}{counted}{}",
            element.name.to_lowercase(),
            element.complexity,
            quoted(&element.evidence)
        ))?;
    }
    if let Some(time) = &level.time {
        let by_time = time.code.as_deref().unwrap_or("no code");
        line(format!("    time {} minutes, {by_time}{}", time.minutes, quoted(std::slice::from_ref(&time.evidence))))?;
    }
    for time in &level.prolonged {
        let reached = time.code.as_ref().map_or("no unit".to_owned(), |code| format!("{code} \u{d7} {}", time.units));
        let payer = if time.is_of_payer { ", this payer's" } else { "" };
        line(format!("    prolonged by the thresholds of {}{payer}: {reached}", time.regime))?;
    }
    Ok(())
}
