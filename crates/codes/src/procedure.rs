//! Services: what kind a CPT or HCPCS number is, in concepts of our own. No descriptor of another owner stands here:
//! the label is made from the concept columns.

use claim::ProcedureCode;

use crate::{
    Span,
    table::{self, Dated, TableError},
};

/// Days of care that the fee of a procedure includes (fee schedule column GLOB DAYS; CPM 12 §40.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GlobalPeriod {
    /// 000, 010 or 090: the day alone, ten days after, or the day before and ninety days after.
    Days(u16),
    /// XXX: the concept does not apply.
    NotApplicable,
    /// ZZZ: an add-on, follows its primary procedure.
    WithPrimary,
    /// YYY: the contractor decides.
    ContractorSet,
    /// MMM: maternity care.
    Maternity,
}

impl GlobalPeriod {
    /// From the fee schedule's three characters.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "000" => Self::Days(0),
            "010" => Self::Days(10),
            "090" => Self::Days(90),
            "XXX" => Self::NotApplicable,
            "ZZZ" => Self::WithPrimary,
            "YYY" => Self::ContractorSet,
            "MMM" => Self::Maternity,
            _ => return None,
        })
    }

    /// The days after the procedure, when it is one with a global period.
    #[must_use]
    pub const fn days(self) -> Option<u16> {
        if let Self::Days(days) = self { Some(days) } else { None }
    }
}

macro_rules! families {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $label:literal;)*) => {
        /// What kind of service it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Family { $($(#[$doc])* $name,)* }

        pub(crate) const FAMILIES: &[(&str, Family)] = &[$(($word, Family::$name),)*];

        impl Family {
            /// For people.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)* }
            }
        }
    };
}

families! {
    /// Office visit of a new patient.
    OfficeVisitNew = "office-new", "Office visit, new patient";
    /// Office visit of an established patient.
    OfficeVisitEstablished = "office-established", "Office visit, established patient";
    /// Time beyond the longest visit.
    Prolonged = "prolonged", "Prolonged service";
    /// Added to a visit by its nature (continuity of care).
    VisitAddOn = "visit-add-on", "Visit add-on";
    /// Hospital visit, first of a stay.
    HospitalInitial = "hospital-initial", "Hospital visit, first";
    /// Hospital visit, later in the stay.
    HospitalSubsequent = "hospital-subsequent", "Hospital visit, later";
    /// Hospital discharge.
    HospitalDischarge = "hospital-discharge", "Hospital discharge";
    /// Admission and discharge on one day.
    HospitalSameDay = "hospital-same-day", "Hospital stay of one day";
    /// Emergency department.
    Emergency = "emergency", "Emergency visit";
    /// Consultation.
    Consultation = "consultation", "Consultation";
    /// Nursing facility.
    NursingFacility = "nursing-facility", "Nursing facility visit";
    /// Home or residence.
    HomeVisit = "home", "Home visit";
    /// Critical care.
    CriticalCare = "critical-care", "Critical care";
    /// Preventive examination of a new patient.
    PreventiveNew = "preventive-new", "Preventive visit, new patient";
    /// Preventive examination of an established patient.
    PreventiveEstablished = "preventive-established", "Preventive visit, established patient";
    /// Medicare preventive services.
    MedicarePreventive = "medicare-preventive", "Medicare preventive service";
    /// Counselling and screening.
    Counselling = "counselling", "Counselling";
    /// Care management and other work between visits.
    CareManagement = "care-management", "Care management";
    /// Behavioural health.
    BehavioralHealth = "behavioral", "Behavioural health";
    /// Therapy evaluation.
    TherapyEvaluation = "therapy-evaluation", "Therapy evaluation";
    /// Therapy treatment.
    Therapy = "therapy", "Therapy";
    /// Chiropractic manipulation.
    Chiropractic = "chiropractic", "Chiropractic manipulation";
    /// Surgery, from lesion removal to joint replacement.
    Surgery = "surgery", "Surgery";
    /// Endoscopy.
    Endoscopy = "endoscopy", "Endoscopy";
    /// Injection into a joint, tendon or nerve.
    Injection = "injection", "Injection";
    /// Giving a drug.
    DrugAdministration = "drug-administration", "Drug administration";
    /// Giving a vaccine.
    ImmunizationAdministration = "immunization-administration", "Vaccine administration";
    /// A vaccine.
    Vaccine = "vaccine", "Vaccine";
    /// A drug by dose.
    Drug = "drug", "Drug";
    /// Splints, casts, strapping.
    Casting = "casting", "Splint or cast";
    /// Imaging.
    Imaging = "imaging", "Imaging";
    /// Laboratory test.
    Laboratory = "laboratory", "Laboratory";
    /// Tissue examination.
    Pathology = "pathology", "Pathology";
    /// Taking a specimen.
    SpecimenCollection = "specimen", "Specimen collection";
    /// Tests and treatments of the medicine section.
    Medicine = "medicine", "Medicine";
    /// Eye services.
    Eye = "eye", "Eye";
    /// Anesthesia.
    Anesthesia = "anesthesia", "Anesthesia";
    /// Supplies and equipment.
    Supply = "supply", "Supply";
    /// Ambulance.
    Ambulance = "ambulance", "Ambulance";
    /// Maternity.
    Maternity = "maternity", "Maternity care";
}

/// A service on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Procedure {
    /// CPT or HCPCS number.
    pub code: ProcedureCode,
    /// A few words of our own.
    pub label: String,
    /// Kind.
    pub family: Family,
    /// Level within the family, 1 lowest.
    pub level: Option<u8>,
    /// Billed by minutes (units follow the clock).
    pub is_timed: bool,
    /// Minutes of one unit when timed; the least total time of a visit otherwise.
    pub minutes: Option<u16>,
    /// Always under a therapy plan: GP, GO or GN is required (CPM 5 §10.2).
    pub always_therapy: bool,
    /// Under a therapy plan only when a therapist gives it.
    pub sometimes_therapy: bool,
    /// Days of care included.
    pub global_days: GlobalPeriod,
    /// Multiple-procedure indicator of the fee schedule.
    pub multiple_procedure: u8,
    /// Bilateral indicator of the fee schedule.
    pub bilateral: u8,
    /// Professional and technical split indicator of the fee schedule.
    pub pc_tc: u8,
    /// The primaries of an add-on; empty when it stands alone.
    pub add_on_to: Vec<ProcedureCode>,
    /// A laboratory test that needs a certificate (42 CFR 493).
    pub needs_clia: bool,
    /// Waived under CLIA: with a certificate of waiver it is billed with QW when `needs_qw`.
    pub clia_waived: bool,
    /// The waived test carries QW.
    pub needs_qw: bool,
    /// Done on a side of the body: RT, LT, 50 or a digit is expected.
    pub sides: bool,
    /// The days the number is valid.
    pub span: Span,
}

impl Procedure {
    /// True for an add-on.
    #[must_use]
    pub fn is_add_on(&self) -> bool {
        !self.add_on_to.is_empty() || self.global_days == GlobalPeriod::WithPrimary
    }
}

pub(crate) fn read(file: &str, text: &str) -> Result<Dated<ProcedureCode, Procedure>, TableError> {
    let rows = table::read(file, text, |row| {
        let family = row.word("family", FAMILIES)?;
        let (level, minutes) = (row.optional("level", "a level")?, row.optional("minutes", "whole minutes")?);
        let is_timed = row.flag("timed")?;
        let clia = row.text("clia");
        if !["", "y", "waived", "qw"].contains(&clia) {
            return Err(row.error("clia", "y, waived, qw or nothing"));
        }
        let therapy = row.text("therapy");
        if !["", "always", "sometimes"].contains(&therapy) {
            return Err(row.error("therapy", "always, sometimes or nothing"));
        }
        let global = GlobalPeriod::from_code(row.text("global"));
        let span = row.span()?;
        Ok(Procedure {
            code: row.value("code", "a CPT or HCPCS code")?,
            label: label(family, row.text("subject"), level, minutes, is_timed),
            family,
            level,
            is_timed,
            minutes,
            always_therapy: therapy == "always",
            sometimes_therapy: therapy == "sometimes",
            global_days: global.ok_or_else(|| row.error("global", "000, 010, 090, XXX, ZZZ, YYY or MMM"))?,
            multiple_procedure: row.value("multiple", "a digit")?,
            bilateral: row.value("bilateral", "a digit")?,
            pc_tc: row.value("pc_tc", "a digit")?,
            add_on_to: row.list("add_on_to", "CPT or HCPCS codes separated by spaces")?,
            needs_clia: !clia.is_empty(),
            clia_waived: matches!(clia, "waived" | "qw"),
            needs_qw: clia == "qw",
            sides: row.flag("sides")?,
            span,
        })
    })?;
    Ok(Dated::new(rows.into_iter().map(|p| (p.code.clone(), p.span, p))))
}

/// The family, what it is about, its level and its time, in this order.
pub(crate) fn label(family: Family, subject: &str, level: Option<u8>, minutes: Option<u16>, is_timed: bool) -> String {
    let mut label = family.label().to_owned();
    if !subject.is_empty() {
        label.push_str(if label.contains(',') { ", " } else { ": " });
        label.push_str(subject);
    }
    if let Some(level) = level {
        label.push_str(&format!(", level {level}"));
    }
    if let (true, Some(minutes)) = (is_timed, minutes) {
        label.push_str(&format!(", {minutes} min"));
    }
    label
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_made_of_concepts() {
        assert_eq!(
            label(Family::OfficeVisitEstablished, "", Some(4), Some(30), false),
            "Office visit, established patient, level 4"
        );
        assert_eq!(label(Family::Therapy, "exercise", None, Some(15), true), "Therapy: exercise, 15 min");
    }
}
