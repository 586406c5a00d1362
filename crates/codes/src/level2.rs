//! Starter rows of HCPCS Level II: transport, supplies, equipment, drugs by dose. None of them is timed, global, split
//! into components or an add-on, so that a row is a number, a kind and a few words.

use claim::ProcedureCode;

use crate::{
    GlobalPeriod, Procedure,
    procedure::{FAMILIES, label},
    table::{self, Dated, TableError},
};

/// Indicator of the fee schedule for what it does not price: the concept does not apply.
const NOT_APPLICABLE: u8 = 9;

pub(crate) fn read(file: &str, text: &str) -> Result<Dated<ProcedureCode, Procedure>, TableError> {
    let rows = table::read(file, text, |row| {
        let family = row.word("family", FAMILIES)?;
        let span = row.span()?;
        let code: ProcedureCode = row.value("code", "a HCPCS code")?;
        let procedure = Procedure {
            code: code.clone(),
            label: label(family, row.text("subject"), None, None, false),
            family,
            level: None,
            is_timed: false,
            minutes: None,
            always_therapy: false,
            sometimes_therapy: false,
            global_days: GlobalPeriod::NotApplicable,
            multiple_procedure: NOT_APPLICABLE,
            bilateral: NOT_APPLICABLE,
            pc_tc: NOT_APPLICABLE,
            add_on_to: Vec::new(),
            needs_clia: false,
            clia_waived: false,
            needs_qw: false,
            sides: false,
            span,
        };
        Ok((code, span, procedure))
    })?;
    Ok(Dated::new(rows))
}
