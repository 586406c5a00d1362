//! The shape of an edit and the registry of all of them.

use claim::{Claim, DiagnosisCode, Finding, Fix, Owner, PayerKind, ServiceLine, Severity, Verdict};
use codes::Library;
use jiff::civil::Date;

use crate::{
    Context, charges, coverage, demographics, diagnoses, filing, global, identifiers, modifiers, ncci, procedures,
    table, therapy,
};

/// One edit: what it is called, where its rule is written, how much it weighs and whose work it makes.
#[derive(Clone, Copy, Debug)]
pub struct Edit {
    /// Stable id, such as `C4` or `DX09`; findings carry it.
    pub id: &'static str,
    /// What it demands, in a few words.
    pub title: &'static str,
    /// Where the rule is written.
    pub citation: &'static str,
    /// How much a failure weighs, unless a payer makes it lighter.
    pub severity: Severity,
    /// Who clears it.
    pub owner: Owner,
    pub(crate) run: fn(&Subject<'_>, &mut Report<'_>),
}

/// Every edit, in the order a claim passes them.
pub fn edits() -> impl Iterator<Item = &'static Edit> {
    [
        identifiers::EDITS,
        demographics::EDITS,
        coverage::EDITS,
        diagnoses::EDITS,
        procedures::EDITS,
        modifiers::EDITS,
        therapy::EDITS,
        ncci::EDITS,
        global::EDITS,
        charges::EDITS,
        filing::EDITS,
    ]
    .into_iter()
    .flatten()
}

/// A claim under examination with everything known about it.
pub(crate) struct Subject<'a> {
    pub claim: &'a Claim,
    pub context: &'a Context,
    pub library: &'a Library,
    /// First day of service; the day of the check when there are no lines.
    pub served_on: Date,
    pub payer: Option<PayerKind>,
}

impl<'a> Subject<'a> {
    pub fn new(claim: &'a Claim, context: &'a Context, library: &'a Library) -> Self {
        let served_on = claim.first_day().unwrap_or(context.on);
        let payer = context.payer.or_else(|| PayerKind::from_filing_code(&claim.payer.filing_code));
        Self { claim, context, library, served_on, payer }
    }

    pub fn is_medicare(&self) -> bool {
        self.payer == Some(PayerKind::MedicareB)
    }

    /// Diagnoses with their 1-based positions.
    pub fn diagnoses(&self) -> impl Iterator<Item = (u8, &'a DiagnosisCode)> {
        (1..=u8::MAX).zip(&self.claim.diagnoses)
    }

    /// The library's row of a line's service.
    pub fn procedure(&self, line: &ServiceLine) -> Option<codes::Procedure> {
        self.library.procedure(&line.procedure, line.from)
    }

    /// True for a visit: an evaluation of the patient, by the library's family or the number.
    pub fn is_visit(&self, line: &ServiceLine) -> bool {
        use codes::Family as F;
        match self.procedure(line) {
            Some(procedure) if table::procedure_is("eye_visit", procedure.code.as_str(), line.from) => true,
            Some(procedure) => matches!(
                procedure.family,
                F::OfficeVisitNew
                    | F::OfficeVisitEstablished
                    | F::HospitalInitial
                    | F::HospitalSubsequent
                    | F::HospitalDischarge
                    | F::HospitalSameDay
                    | F::Emergency
                    | F::Consultation
                    | F::NursingFacility
                    | F::HomeVisit
                    | F::CriticalCare
                    | F::PreventiveNew
                    | F::PreventiveEstablished
            ),
            None => ["evaluation", "eye_visit"]
                .into_iter()
                .any(|rule| table::procedure_is(rule, line.procedure.as_str(), line.from)),
        }
    }

    /// Specialty of who renders.
    pub fn taxonomy(&self) -> &claim::Taxonomy {
        self.claim.rendering.as_ref().map_or(&self.claim.billing.taxonomy, |provider| &provider.taxonomy)
    }

    /// NPI of who renders.
    pub fn rendering_npi(&self) -> &claim::Npi {
        self.claim.rendering.as_ref().map_or(&self.claim.billing.npi, |provider| &provider.npi)
    }
}

/// True when a line carries one of these modifiers.
pub(crate) fn has_any(line: &ServiceLine, modifiers: &[&str]) -> bool {
    line.modifiers.iter().any(|m| modifiers.contains(&m.as_str()))
}

/// Where one edit writes what it found.
pub(crate) struct Report<'a> {
    pub edit: &'static Edit,
    pub findings: &'a mut Vec<Finding>,
}

impl Report<'_> {
    fn push(&mut self, verdict: Verdict, line: Option<u16>, field: &str, message: String) -> Entry<'_> {
        self.findings.push(Finding {
            id: self.edit.id.to_owned(),
            verdict,
            severity: self.edit.severity,
            owner: self.edit.owner,
            line,
            field: field.to_owned(),
            message,
            citation: self.edit.citation.to_owned(),
            fix: None,
            editions: Vec::new(),
        });
        Entry(self.findings.last_mut())
    }

    /// The claim as a whole breaks the rule.
    pub fn fail(&mut self, field: &str, message: impl Into<String>) -> Entry<'_> {
        self.push(Verdict::Fail, None, field, message.into())
    }

    /// A line breaks the rule.
    pub fn fail_line(&mut self, line: &ServiceLine, field: &str, message: impl Into<String>) -> Entry<'_> {
        self.push(Verdict::Fail, Some(line.number), field, message.into())
    }

    /// A line breaks the rule and a listed exception excuses it.
    pub fn bypass_line(&mut self, line: &ServiceLine, field: &str, message: impl Into<String>) -> Entry<'_> {
        self.push(Verdict::Bypassed, Some(line.number), field, message.into())
    }

    /// A table the rule needs has nothing for this line.
    pub fn unchecked_line(&mut self, line: &ServiceLine, field: &str, message: impl Into<String>) -> Entry<'_> {
        self.push(Verdict::Unchecked, Some(line.number), field, message.into())
    }

    /// A table the rule needs has nothing for this claim.
    pub fn unchecked(&mut self, field: &str, message: impl Into<String>) -> Entry<'_> {
        self.push(Verdict::Unchecked, None, field, message.into())
    }
}

/// The finding just written, for what only some have.
pub(crate) struct Entry<'a>(Option<&'a mut Finding>);

impl Entry<'_> {
    pub fn fix(self, fix: Fix) -> Self {
        self.set(|finding| finding.fix = Some(fix))
    }

    pub fn warning(self) -> Self {
        self.set(|finding| finding.severity = Severity::Warning)
    }

    pub fn edition(self, edition: impl Into<String>) -> Self {
        self.set(|finding| finding.editions.push(edition.into()))
    }

    fn set(mut self, change: impl FnOnce(&mut Finding)) -> Self {
        if let Some(finding) = self.0.as_deref_mut() {
            change(finding);
        }
        self
    }
}

/// Shorthand for the tables of edits: id, title, citation, severity, owner, function.
pub(crate) const fn edit(
    id: &'static str,
    title: &'static str,
    citation: &'static str,
    severity: Severity,
    owner: Owner,
    run: fn(&Subject<'_>, &mut Report<'_>),
) -> Edit {
    Edit { id, title, citation, severity, owner, run }
}
