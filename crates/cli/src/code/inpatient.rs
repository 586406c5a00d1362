//! The inpatient view of a note as text.

use anyhow::Result;
use claim::{Inpatient, InpatientProcedure};

use super::quoted;
use crate::input::line;

/// Prints the order of the diagnoses, the procedures axis by axis and the working DRG.
pub fn print(view: &Inpatient) -> Result<()> {
    for (at, diagnosis) in view.diagnoses.iter().enumerate() {
        let place = if at == 0 { "principal" } else { "secondary" };
        let poa = if diagnosis.poa.is_empty() { "exempt" } else { &diagnosis.poa };
        let weight = if diagnosis.weight.is_empty() { String::new() } else { format!(", {}", diagnosis.weight) };
        line(format!("{place} {}: present on admission {poa}{weight}", diagnosis.code))?;
        line(format!("    {}: {} [{}]", diagnosis.role.id, diagnosis.role.text, diagnosis.role.citation))?;
        let words = quoted(&diagnosis.poa_evidence);
        line(format!(
            "    {}: {}{words} [{}]",
            diagnosis.poa_rule.id, diagnosis.poa_rule.text, diagnosis.poa_rule.citation
        ))?;
    }
    view.procedures.iter().try_for_each(print_procedure)?;
    if let Some(drg) = &view.drg {
        line(format!("working DRG {} {} (MS-DRG {})", drg.number, drg.title, drg.version))?;
        drg.steps.iter().try_for_each(|step| line(format!("    {step}")))?;
    }
    Ok(())
}

fn print_procedure(procedure: &InpatientProcedure) -> Result<()> {
    let code = procedure.code.as_deref().unwrap_or("no code yet");
    let title = if procedure.title.is_empty() { &procedure.label } else { &procedure.title };
    line(format!("procedure {code} {title}{}", quoted(&procedure.evidence)))?;
    for axis in &procedure.axes {
        let value = axis.value.unwrap_or('?');
        line(format!("    {value} {}: {}{}", axis.name, axis.meaning, quoted(&axis.evidence)))?;
    }
    Ok(())
}
