//! A payer as a plan folder describes it: who it is, what it covers, how it prices and when it pays.
//!
//! The folder's three texts are documented in `docs/plan-format.md`; [`Plan::parse`] reads them.

use claim::{
    Address, AdjustmentGroup, BankAccount, Carc, Modifier, Money, Npi, PayerKind, PersonName, ProcedureCode, Rarc,
};
use jiff::civil::{Date, Weekday};
use price::Contract;
use serde::Deserialize;

use crate::{CodeList, Member, PlanError, folder};

/// A payer's whole rule book, with its members.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Who the payer is.
    pub payer: Identity,
    /// Filing, edits and authorisation.
    pub rules: Rules,
    /// What an appeal changes.
    pub appeals: Appeals,
    /// How and when it pays.
    pub payment: Payment,
    /// How it pays after another payer.
    pub coordination: Coordination,
    /// What it allows, dated; the fees of `fees.csv` are in each.
    pub contracts: Vec<Contract>,
    /// What it covers, year by year.
    pub years: Vec<BenefitYear>,
    /// Cuts of its own payments by law, dated.
    pub sequestration: Vec<Sequestration>,
    /// Who may bill it; nobody else gets past the front door.
    pub providers: Vec<Enrollment>,
    /// Authorisations it gave.
    pub authorizations: Vec<Authorization>,
    /// Which claims it lets lie.
    pub pends: Vec<Pend>,
    /// Which services it pays less for than its contract says.
    pub underpayments: Vec<Underpayment>,
    /// Claims of others that land in its remittances.
    pub strays: Vec<Stray>,
    /// Remittances it gets wrong on purpose.
    pub unbalanced: Vec<Unbalanced>,
    /// Whom it insures.
    pub members: Vec<Member>,
}

impl Plan {
    /// Reads a plan folder's texts.
    ///
    /// # Errors
    /// The first place where a text is not as `docs/plan-format.md` says, with file, line and field.
    pub fn parse(plan_toml: &str, members_csv: &str, fees_csv: &str) -> Result<Self, PlanError> {
        folder::parse(plan_toml, members_csv, fees_csv)
    }

    /// The benefit year a day of service falls in.
    #[must_use]
    pub fn year(&self, on: Date) -> Option<&BenefitYear> {
        self.years.iter().find(|year| year.from <= on && on <= year.to)
    }

    /// The enrolment of a billing provider.
    #[must_use]
    pub fn enrollment(&self, billing: &Npi) -> Option<&Enrollment> {
        self.providers.iter().find(|provider| provider.npi == *billing)
    }
}

/// Who the payer is (`[payer]`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Name (2010BB NM103, 835 1000A N102).
    pub name: String,
    /// Name of the plan on cards and in eligibility answers (EB05).
    pub plan_name: String,
    /// The identifier claims carry (2010BB NM109).
    pub payer_number: String,
    /// Tax id, nine digits; 1 and it are the originator of payments (TRN03).
    pub tax_id: String,
    /// What it insures.
    pub kind: PayerKind,
    /// One to four letters before its claim and trace numbers.
    pub trace_prefix: String,
    /// Telephone, ten digits.
    pub phone: String,
    /// Address.
    pub address: Address,
}

/// An edit the payer has switched on (`[rules] edits`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayerEdit {
    /// Code pairs (NCCI PTP).
    Ncci,
    /// Units per line or day (NCCI MUE).
    Mue,
    /// Add-on codes need their primary.
    AddOn,
    /// Visits inside a surgery's global period.
    Global,
    /// Modifiers that cannot go with the code.
    Modifiers,
    /// Therapy needs the discipline (GP, GO, GN).
    TherapyModifiers,
    /// A new-patient visit of somebody seen within three years.
    NewPatient,
    /// Diagnoses a coverage policy asks for.
    MedicalNecessity,
}

/// What an appeal changes (`[appeals]`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appeals {
    /// Denial reasons (CARC) that fall when somebody appeals; every other stands, however often it is appealed.
    pub overturns: Vec<Carc>,
}

/// Filing, edits and authorisation (`[rules]`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Days from service to last filing day.
    pub filing_limit_days: u16,
    /// Days from remittance to last appeal day.
    pub appeal_limit_days: u16,
    /// Takes frequency 7 and 8.
    pub accepts_replacement: bool,
    /// Edits switched on.
    #[serde(default)]
    pub edits: Vec<PayerEdit>,
    /// Services that need an authorisation.
    #[serde(default)]
    pub authorization_required: CodeList,
    /// The CARC of bundled lines: 236 or 97.
    #[serde(default = "default_bundling")]
    pub bundling_reason: Carc,
    /// The CARC of what lies above the fee: 45, or P12 for workers' compensation.
    #[serde(default = "default_fee_schedule")]
    pub fee_schedule_reason: Carc,
    /// Claims must carry the payer's own claim number of the injury (REF*Y4).
    #[serde(default)]
    pub claim_number_required: bool,
    /// What a therapy assistant's service is paid at (85 for Medicare); absent means in full.
    #[serde(default)]
    pub therapy_assistant_percent: Option<u8>,
}

fn default_bundling() -> Carc {
    crate::reason::carc("236")
}

fn default_fee_schedule() -> Carc {
    crate::reason::carc("45")
}

/// How money moves (BPR04).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum PaymentMethod {
    /// Electronic transfer.
    Ach,
    /// Paper check.
    Chk,
}

impl PaymentMethod {
    /// The BPR04 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ach => "ACH",
            Self::Chk => "CHK",
        }
    }
}

/// How and when the payer pays (`[payment]`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    /// Pay day of the week.
    #[serde(deserialize_with = "weekday")]
    pub weekday: Weekday,
    /// Days from receipt to decision.
    pub latency_days: u16,
    /// Claims take up to this many days more, one after the other.
    #[serde(default)]
    pub latency_spread_days: u16,
    /// Electronic transfer or check; nothing to pay goes out as `NON`.
    pub method: PaymentMethod,
    /// The account it transfers from; without one it sends checks.
    #[serde(default)]
    pub bank: Option<BankAccount>,
    /// Days within which a clean claim is paid without interest; absent means never any.
    #[serde(default)]
    pub interest_after_days: Option<u16>,
    /// Yearly interest in hundredths of a per cent (400 is 4%).
    #[serde(default)]
    pub interest_basis_points: u16,
}

fn weekday<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Weekday, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok(match text.as_str() {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        _ => return Err(serde::de::Error::custom(format!("“{text}” is not a pay day: expected monday to friday"))),
    })
}

/// What the payer pays after another one has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoordinationMethod {
    /// Its normal benefit, up to what the first payer left.
    #[default]
    Standard,
    /// Its normal benefit less what was paid already.
    NonDuplication,
    /// Its benefit formula on what is left.
    MaintenanceOfBenefits,
    /// The lowest of three (42 CFR 411.33).
    MedicareSecondary,
    /// What Medicare left to the patient.
    MedicareSupplement,
    /// Up to its own fee (Medicaid).
    LesserOf,
}

/// How the payer pays after another payer (`[coordination]`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coordination {
    /// By which method.
    pub method: CoordinationMethod,
    /// A supplement that pays the Part B deductible too (plan G does not).
    #[serde(default)]
    pub pays_deductible: bool,
}

/// A share of the payer's own payment that a law holds back (`[[sequestration]]`, CARC 253).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sequestration {
    /// First day of service.
    pub from: Date,
    /// Last day of service, when known.
    #[serde(default)]
    pub to: Option<Date>,
    /// How much of the payment.
    pub percent: u8,
}

/// What a year covers (`[[year]]`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BenefitYear {
    /// First day of service.
    pub from: Date,
    /// Last day of service.
    pub to: Date,
    /// What one person pays first.
    #[serde(default)]
    pub deductible_individual: Money,
    /// What a family pays first, when there is such a limit.
    #[serde(default)]
    pub deductible_family: Option<Money>,
    /// The most one person pays.
    #[serde(default)]
    pub out_of_pocket_individual: Option<Money>,
    /// The most a family pays.
    #[serde(default)]
    pub out_of_pocket_family: Option<Money>,
    /// False where only the family deductible counts.
    #[serde(default = "yes")]
    pub is_embedded: bool,
    /// The patient's share after the deductible.
    #[serde(default)]
    pub coinsurance_percent: u8,
    /// Services without any share of the patient.
    #[serde(default)]
    pub first_dollar: CodeList,
    /// Modifiers that make a service one of those (33, PT).
    #[serde(default)]
    pub first_dollar_modifiers: Vec<Modifier>,
    /// Allowed therapy, physical and speech together, beyond which modifier KX is needed.
    #[serde(default)]
    pub therapy_threshold: Option<Money>,
    /// The same for occupational therapy.
    #[serde(default)]
    pub occupational_threshold: Option<Money>,
    /// Fixed amounts by service.
    #[serde(default, rename = "copay")]
    pub copays: Vec<Copay>,
    /// Visits by service.
    #[serde(default, rename = "limit")]
    pub limits: Vec<VisitLimit>,
    /// What is not covered.
    #[serde(default, rename = "exclusion")]
    pub exclusions: Vec<Exclusion>,
}

const fn yes() -> bool {
    true
}

/// A fixed amount the patient pays once a day (`[[year.copay]]`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Copay {
    /// Service type of eligibility answers (EB03), such as `98`.
    pub service_type: String,
    /// For which services.
    pub codes: CodeList,
    /// How much.
    pub amount: Money,
    /// Deductible and coinsurance apply to the rest (usually they do not).
    #[serde(default)]
    pub then_deductible: bool,
}

/// A number of days of service per person and year (`[[year.limit]]`, CARC 119).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitLimit {
    /// Service type of eligibility answers (EB03).
    pub service_type: String,
    /// Which services count.
    pub codes: CodeList,
    /// How many days of service.
    pub visits: u32,
    /// Who answers for more.
    #[serde(default = "patient")]
    pub group: AdjustmentGroup,
}

/// A service that is not covered (`[[year.exclusion]]`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// Which services.
    pub codes: CodeList,
    /// Only when the line's first diagnosis begins with one of these; none means always.
    #[serde(default)]
    pub diagnoses: Vec<String>,
    /// Why (CARC): 204, 96, 49, or 24 for capitated services.
    pub reason: Carc,
    /// Remark; reason 96 needs one.
    #[serde(default)]
    pub remark: Option<Rarc>,
    /// Who answers for it.
    #[serde(default = "patient")]
    pub group: AdjustmentGroup,
    /// Service type of eligibility answers (EB03), when the exclusion is shown there.
    #[serde(default)]
    pub service_type: String,
}

const fn patient() -> AdjustmentGroup {
    AdjustmentGroup::Pr
}

/// A group that may bill (`[[provider]]`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrollment {
    /// Billing NPI.
    pub npi: Npi,
    /// Name.
    pub name: String,
    /// Tax id, nine digits.
    pub tax_id: String,
    /// The account it is paid to; without one it gets checks.
    #[serde(default)]
    pub bank: Option<BankAccount>,
    /// Credentialed clinicians; none listed means everybody of the group.
    #[serde(default)]
    pub rendering: Vec<Npi>,
}

/// An authorisation given (`[[authorization]]`). A plan without any takes every number on trust.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authorization {
    /// Its number (REF*G1).
    pub number: String,
    /// For whom.
    pub member_id: String,
    /// For which services.
    pub codes: CodeList,
    /// First day of service.
    pub from: Date,
    /// Last day of service.
    pub to: Date,
}

/// Which claims a rule of chance touches; what is not said does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Only {
    /// Claims with one of these services.
    #[serde(default)]
    pub codes: CodeList,
    /// Claims of this member.
    #[serde(default)]
    pub member_id: Option<String>,
    /// Claims of this charge or more.
    #[serde(default)]
    pub charge_at_least: Option<Money>,
    /// Claims whose first day of service is this or later.
    #[serde(default)]
    pub served_from: Option<Date>,
    /// Claims whose first day of service is this or earlier.
    #[serde(default)]
    pub served_to: Option<Date>,
}

impl Only {
    /// True when every condition that is said holds for the claim.
    #[must_use]
    pub fn matches(&self, claim: &claim::Claim) -> bool {
        let day = claim.first_day();
        (self.codes.is_empty() || claim.lines.iter().any(|line| self.codes.contains(&line.procedure)))
            && self.member_id.as_ref().is_none_or(|id| *id == claim.member.member_id)
            && self.charge_at_least.is_none_or(|least| claim.charge() >= least)
            && self.served_from.is_none_or(|from| day.is_some_and(|day| from <= day))
            && self.served_to.is_none_or(|to| day.is_some_and(|day| day <= to))
    }
}

/// Why a claim lies (`[[pend]] why`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendReason {
    /// Review by the payer (status P2); decided when the days are over.
    #[default]
    Review,
    /// Records asked for (status P3); denied with CARC 252 when none came in time.
    Information,
}

/// Claims that lie (`[[pend]]`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pend {
    /// Which.
    pub only: Only,
    /// Why.
    #[serde(default)]
    pub why: PendReason,
    /// How long beyond the usual; absent means forever.
    #[serde(default)]
    pub days: Option<u16>,
}

/// Services paid below contract (`[[underpayment]]`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Underpayment {
    /// Which claims.
    #[serde(default)]
    pub only: Only,
    /// Which services of those.
    pub codes: CodeList,
    /// How much too little.
    pub percent: u8,
}

/// A claim of another practice that lands in a remittance once (`[[stray]]`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stray {
    /// In the first remittance on or after this day.
    pub on: Date,
    /// To this payee (billing NPI).
    pub payee: Npi,
    /// Control number of the other practice (CLP01).
    pub control_number: String,
    /// Patient.
    pub patient: PersonName,
    /// Member identifier.
    pub member_id: String,
    /// Service.
    pub procedure: ProcedureCode,
    /// Day of service.
    pub served_on: Date,
    /// Charge.
    pub charge: Money,
    /// Allowed and paid.
    pub paid: Money,
}

/// A remittance whose payment is wrong by some cents (`[[unbalanced]]`), for tests of the receiver.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unbalanced {
    /// The remittances of this day.
    pub on: Date,
    /// Added to the amount paid (BPR02), in cents.
    pub cents: i64,
}
