//! What the command line tells of the visit besides the note.

use claim::{PayerKind, PlaceOfService, Setting, Sex};
use clap::{Args, ValueEnum};
use coder::Visit;
use jiff::civil::Date;

#[derive(Args)]
pub struct VisitArguments {
    #[arg(long, value_enum, default_value_t)]
    pub setting: SettingArgument,
    /// Who pays, where codes differ by payer: medicare-b, ppo, hmo, commercial, medicare-supplement, medicaid,
    /// workers-compensation or auto.
    #[arg(long, value_parser = crate::payer::kind)]
    payer: Option<PayerKind>,
    /// Place of service code; else 11, and 21 for an inpatient.
    #[arg(long, value_name = "CODE", value_parser = place)]
    pos: Option<PlaceOfService>,
    /// The patient is new: not seen by the group and specialty within three years.
    #[arg(long)]
    new_patient: bool,
    /// Date of birth; else the one the document tells.
    #[arg(long, value_name = "DATE")]
    born: Option<Date>,
    /// The patient's sex, F or M.
    #[arg(long, value_parser = crate::codes::search::sex)]
    sex: Option<Sex>,
}

#[derive(Clone, Copy, Default, ValueEnum)]
pub enum SettingArgument {
    #[default]
    Outpatient,
    Inpatient,
}

impl SettingArgument {
    pub const fn label(self) -> &'static str {
        match self {
            Self::Outpatient => "outpatient",
            Self::Inpatient => "inpatient",
        }
    }
}

impl VisitArguments {
    /// The visit of a day; `born_on` is what the document tells.
    pub fn visit(&self, served_on: Date, born_on: Option<Date>) -> Visit {
        let (setting, usual) = match self.setting {
            SettingArgument::Outpatient => (Setting::Outpatient, "11"),
            SettingArgument::Inpatient => (Setting::Inpatient, "21"),
        };
        let usual = || PlaceOfService::new(usual).unwrap_or_else(|_| unreachable!("two digits"));
        Visit {
            served_on,
            setting,
            is_established: !self.new_patient,
            patient_born_on: self.born.or(born_on),
            patient_sex: self.sex.unwrap_or(Sex::Unknown),
            payer_kind: self.payer,
            place_of_service: self.pos.clone().unwrap_or_else(usual),
            specialty: None,
        }
    }
}

fn place(code: &str) -> Result<PlaceOfService, String> {
    PlaceOfService::new(code).map_err(|error| error.to_string())
}
