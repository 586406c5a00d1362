//! What decides the DRG of hospital stays, from institutional claims (005010X223A2 837).

use claim::Sex;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    ExchangeError, FileKind,
    kind::read_kind,
    scope::{Scope, Seg, located},
};

/// Where diagnoses of ICD-10 stand in HI: principal, then others.
const PRINCIPAL: &str = "ABK";
const OTHERS: &str = "ABF";
/// The same places with codes of ICD-9.
const ICD_9: [&str; 4] = ["BK", "BF", "BR", "BQ"];
/// Procedures: principal, others.
const PROCEDURES: [&str; 2] = ["BBR", "BBQ"];
/// The DRG a hospital says.
const DRG: &str = "DR";
/// Facility codes of a stay paid by DRG: hospital, inpatient with part A.
const INPATIENT: &str = "11";

/// A claim of a hospital.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StayClaim {
    /// CLM01.
    pub control_number: String,
    /// Byte of its CLM in the file.
    pub offset: u64,
    /// Facility code and frequency, such as `111`.
    pub bill_type: String,
    /// Last day of the statement period, which is the discharge of a finished stay.
    pub through: Date,
    /// CL103, such as `01`.
    pub discharge_status: String,
    /// The patient's sex.
    pub sex: Sex,
    /// Codes with their present-on-admission indicator, principal first.
    pub diagnoses: Vec<(String, String)>,
    /// Procedure codes, principal first.
    pub procedures: Vec<String>,
    /// The DRG on the claim.
    pub drg: Option<String>,
    /// Codes of ICD-9 were left out.
    pub has_icd_9: bool,
}

impl StayClaim {
    /// Whether it is for a stay paid by DRG.
    #[must_use]
    pub fn is_inpatient(&self) -> bool {
        self.bill_type.starts_with(INPATIENT)
    }
}

/// Reads every claim of a file of institutional claims.
///
/// # Errors
/// [`ExchangeError`] when the file is no file of institutional claims or was cut, and when a claim has no statement
/// period.
pub fn read_stays(bytes: &[u8]) -> Result<Vec<StayClaim>, ExchangeError> {
    let mut stays = Vec::new();
    for interchange in &read_kind(bytes, FileKind::InstitutionalClaims)? {
        for transaction in interchange.transactions() {
            let segments = located(transaction);
            let Some(whole) = Scope::of(&segments) else { continue };
            for level in whole.cut("HL").1 {
                let (context, claims) = level.cut("CLM");
                let sex = context.iter().filter(|seg| seg.id() == "DMG").last();
                let sex = sex.map_or(Sex::Unknown, |dmg| Sex::from_code(dmg.el(3)));
                for claim in claims {
                    stays.push(stay(claim, sex)?);
                }
            }
        }
    }
    Ok(stays)
}

fn stay(claim: Scope<'_, '_>, sex: Sex) -> Result<StayClaim, ExchangeError> {
    let clm = claim.first();
    let period = claim.with("2300", "DTP", "434").ok_or_else(|| claim.missing("2300", "DTP*434"))?;
    let mut stay = StayClaim {
        control_number: clm.el(1).to_owned(),
        offset: clm.offset(),
        bill_type: format!("{}{}", clm.comp(5, 1), clm.comp(5, 3)),
        through: period.range(3)?.1,
        discharge_status: claim.get("2300", "CL1").map_or("", |cl1| cl1.el(3)).to_owned(),
        sex,
        diagnoses: Vec::new(),
        procedures: Vec::new(),
        drg: None,
        has_icd_9: false,
    };
    for hi in claim.all("2300", "HI") {
        for element in 1..=12 {
            stay.take(hi, element);
        }
    }
    Ok(stay)
}

impl StayClaim {
    fn take(&mut self, hi: Seg<'_>, element: usize) {
        let (qualifier, code) = (hi.comp(element, 1), hi.comp(element, 2));
        let diagnosis = || (code.to_owned(), hi.comp(element, 9).to_owned());
        match qualifier {
            PRINCIPAL => self.diagnoses.insert(0, diagnosis()),
            OTHERS => self.diagnoses.push(diagnosis()),
            DRG => self.drg = Some(code.to_owned()),
            _ if PROCEDURES.contains(&qualifier) => self.procedures.push(code.to_owned()),
            _ => self.has_icd_9 |= ICD_9.contains(&qualifier),
        }
    }
}
