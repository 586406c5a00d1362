//! The level of a visit by decision making or by time (CPT E/M guidelines; Claims Processing Manual 12 §30.6).

use jiff::civil::Date;

use crate::table::{Days, cell, table};

/// Complexity of medical decision making, and of each of its three elements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Complexity {
    /// Straightforward; minimal.
    #[default]
    Straightforward,
    /// Low; limited.
    Low,
    /// Moderate.
    Moderate,
    /// High; extensive.
    High,
}

impl Complexity {
    /// As people and tables write it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Straightforward => "straightforward",
            Self::Low => "low",
            Self::Moderate => "moderate",
            Self::High => "high",
        }
    }

    /// From its word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Straightforward, Self::Low, Self::Moderate, Self::High].into_iter().find(|c| c.word() == word)
    }
}

/// A family of visits that share a table of levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VisitFamily {
    /// Office, new patient.
    OfficeNew,
    /// Office, established patient.
    OfficeEstablished,
    /// Hospital, first of a stay.
    HospitalInitial,
    /// Hospital, later in the stay.
    HospitalSubsequent,
    /// Hospital, admitted and discharged on one day.
    HospitalSameDay,
    /// Emergency department: never by time.
    Emergency,
    /// Consultation in the office.
    ConsultOffice,
    /// Consultation in the hospital.
    ConsultInpatient,
    /// Nursing facility, first.
    NursingInitial,
    /// Nursing facility, later.
    NursingSubsequent,
    /// Home, new patient.
    HomeNew,
    /// Home, established patient.
    HomeEstablished,
}

impl VisitFamily {
    /// Every family with its word in tables.
    pub const ALL: [(Self, &'static str); 12] = [
        (Self::OfficeNew, "office_new"),
        (Self::OfficeEstablished, "office_est"),
        (Self::HospitalInitial, "hospital_initial"),
        (Self::HospitalSubsequent, "hospital_subsequent"),
        (Self::HospitalSameDay, "hospital_same_day"),
        (Self::Emergency, "ed"),
        (Self::ConsultOffice, "consult_office"),
        (Self::ConsultInpatient, "consult_inpatient"),
        (Self::NursingInitial, "nf_initial"),
        (Self::NursingSubsequent, "nf_subsequent"),
        (Self::HomeNew, "home_new"),
        (Self::HomeEstablished, "home_est"),
    ];

    /// Its word in tables.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(family, _)| *family == self).map_or("", |(_, word)| word)
    }

    /// From its word in tables.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, w)| *w == word).map(|(family, _)| *family)
    }
}

/// The code of a visit by the total time of the clinician on the day; nothing below the lowest threshold.
#[must_use]
pub fn em_level_from_time(family: VisitFamily, minutes: u32, on: Date) -> Option<&'static str> {
    let reached = levels(family, on).filter(|row| cell(row, 3).parse::<u32>().is_ok_and(|least| minutes >= least));
    reached.last().map(|row| cell(row, 2))
}

/// The code of a visit by decision making.
#[must_use]
pub fn em_level_from_mdm(family: VisitFamily, complexity: Complexity, on: Date) -> Option<&'static str> {
    levels(family, on).find(|row| cell(row, 1) == complexity.word()).map(|row| cell(row, 2))
}

fn levels(family: VisitFamily, on: Date) -> impl Iterator<Item = &'static [&'static str]> {
    table!("visits.tsv").filter(move |row| cell(row, 0) == family.word() && Days::of(row, 4).covers(on))
}

/// The level that two of the three elements reach.
#[must_use]
pub fn mdm(problems: Complexity, data: Complexity, risk: Complexity) -> Complexity {
    let mut elements = [problems, data, risk];
    elements.sort_unstable();
    let [_, second, _] = elements;
    second
}

/// Problems addressed, counted by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProblemElements {
    /// Self-limited or minor.
    pub self_limited: u32,
    /// Acute and uncomplicated, or a simple injury.
    pub acute_uncomplicated: u32,
    /// Chronic and at its goal.
    pub stable_chronic: u32,
    /// Chronic, worse or not at its goal.
    pub worsening_chronic: u32,
    /// New, without a diagnosis, of uncertain prognosis.
    pub uncertain_prognosis: u32,
    /// Acute with systemic symptoms.
    pub systemic: u32,
    /// Acute, a complicated injury.
    pub complicated_injury: u32,
    /// Chronic with a severe exacerbation.
    pub severe_exacerbation: u32,
    /// A threat to life or bodily function.
    pub threat: u32,
}

/// The problems element.
#[must_use]
pub fn problem_level(p: &ProblemElements) -> Complexity {
    if p.severe_exacerbation + p.threat > 0 {
        Complexity::High
    } else if p.worsening_chronic + p.uncertain_prognosis + p.systemic + p.complicated_injury > 0
        || p.stable_chronic >= 2
    {
        Complexity::Moderate
    } else if p.self_limited >= 2 || p.stable_chronic + p.acute_uncomplicated > 0 {
        Complexity::Low
    } else {
        Complexity::Straightforward
    }
}

/// Data reviewed and analysed. Tests whose interpretation the same practice bills are not counted here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DataElements {
    /// Unique tests ordered; a test ordered today counts once, its review not again.
    pub tests_ordered: u32,
    /// Unique tests reviewed that were not ordered at this visit.
    pub tests_reviewed: u32,
    /// External notes reviewed, by source.
    pub external_notes: u32,
    /// Someone else told the history.
    pub independent_historian: bool,
    /// The clinician's own reading of a test.
    pub independent_interpretation: bool,
    /// Discussion with an external clinician or other source.
    pub external_discussion: bool,
}

/// The data element.
#[must_use]
pub fn data_level(d: &DataElements) -> Complexity {
    let items = d.tests_ordered + d.tests_reviewed + d.external_notes;
    let category_1 = items + u32::from(d.independent_historian) >= 3;
    let categories = u32::from(category_1) + u32::from(d.independent_interpretation) + u32::from(d.external_discussion);
    match categories {
        2.. => Complexity::High,
        1 => Complexity::Moderate,
        _ if items >= 2 || d.independent_historian => Complexity::Low,
        _ => Complexity::Straightforward,
    }
}

/// Facts that set the risk of management, by the level each reaches.
const RISKS: &[(&str, Complexity)] = &[
    ("otc_drugs", Complexity::Low),
    ("pt_ot_referral", Complexity::Low),
    ("minor_surgery_no_risk_factors", Complexity::Low),
    ("prescription_drug_management", Complexity::Moderate),
    ("minor_surgery_with_risk_factors", Complexity::Moderate),
    ("elective_major_surgery_no_risk_factors", Complexity::Moderate),
    ("sdoh_limits_treatment", Complexity::Moderate),
    ("elective_major_surgery_with_risk_factors", Complexity::High),
    ("emergency_major_surgery", Complexity::High),
    ("hospitalization_or_escalation", Complexity::High),
    ("dnr_or_deescalate", Complexity::High),
    ("parenteral_controlled_substance", Complexity::High),
    ("drug_monitoring_for_toxicity", Complexity::High),
];

/// The risk element, by the named facts of management; unknown names count for nothing.
#[must_use]
pub fn risk_level<'f>(facts: impl IntoIterator<Item = &'f str>) -> Complexity {
    let level = |fact: &str| RISKS.iter().find(|(name, _)| *name == fact).map(|(_, level)| *level);
    facts.into_iter().filter_map(level).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn two_of_three_elements() {
        use Complexity::{High, Low, Moderate, Straightforward};
        assert_eq!(mdm(High, Straightforward, Straightforward), Straightforward);
        assert_eq!(mdm(Moderate, Straightforward, Moderate), Moderate);
        assert_eq!(mdm(Low, High, Moderate), Moderate);
        assert_eq!(mdm(Straightforward, Moderate, Low), Low);
    }

    #[test]
    fn time_must_be_met() {
        let on = date(2026, 2, 3);
        assert_eq!(em_level_from_time(VisitFamily::OfficeEstablished, 29, on), Some("99213"));
        assert_eq!(em_level_from_time(VisitFamily::OfficeEstablished, 30, on), Some("99214"));
        assert_eq!(em_level_from_time(VisitFamily::OfficeEstablished, 9, on), None);
        assert_eq!(em_level_from_time(VisitFamily::Emergency, 120, on), None);
        assert_eq!(em_level_from_time(VisitFamily::NursingInitial, 49, on), Some("99305"));
        assert_eq!(em_level_from_time(VisitFamily::NursingInitial, 49, date(2023, 6, 1)), Some("99306"));
    }

    #[test]
    fn elements_by_count() {
        let two = ProblemElements { stable_chronic: 2, ..ProblemElements::default() };
        assert_eq!(problem_level(&two), Complexity::Moderate);
        let minor = ProblemElements { self_limited: 2, ..ProblemElements::default() };
        assert_eq!(problem_level(&minor), Complexity::Low);
        let data = DataElements { tests_ordered: 2, independent_historian: true, ..DataElements::default() };
        assert_eq!(data_level(&data), Complexity::Moderate);
        let data = DataElements { tests_ordered: 1, independent_historian: true, ..DataElements::default() };
        assert_eq!(data_level(&data), Complexity::Low);
    }
}
