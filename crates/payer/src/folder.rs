//! Reads the three texts of a plan folder; every error names file, line and field.

use std::{collections::BTreeMap, str::FromStr};

use claim::{Money, PersonName, Relationship, Sex};
use jiff::civil::Date;
use price::{Contract, ContractFee, FeeTable, Method};
use serde::Deserialize;

use crate::{Member, Opening, Plan, plan};

/// The names of the texts, as errors show them.
const PLAN: &str = "plan.toml";
const MEMBERS: &str = "members.csv";
const FEES: &str = "fees.csv";

/// Where a plan folder is not as documented, and what was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}, {field}: {message}")]
pub struct PlanError {
    /// `plan.toml`, `members.csv` or `fees.csv`.
    pub file: &'static str,
    /// 1-based.
    pub line: u64,
    /// Key or column.
    pub field: String,
    /// What is wrong and what to write instead.
    pub message: String,
}

/// `plan.toml` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanFile {
    payer: plan::Identity,
    rules: plan::Rules,
    #[serde(default)]
    appeals: plan::Appeals,
    payment: plan::Payment,
    #[serde(default)]
    coordination: plan::Coordination,
    pricing: Vec<Pricing>,
    year: Vec<plan::BenefitYear>,
    #[serde(default)]
    sequestration: Vec<plan::Sequestration>,
    provider: Vec<plan::Enrollment>,
    #[serde(default)]
    authorization: Vec<plan::Authorization>,
    #[serde(default)]
    pend: Vec<plan::Pend>,
    #[serde(default)]
    underpayment: Vec<plan::Underpayment>,
    #[serde(default)]
    stray: Vec<plan::Stray>,
    #[serde(default)]
    unbalanced: Vec<plan::Unbalanced>,
}

/// `[[pricing]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pricing {
    from: Date,
    #[serde(default)]
    to: Option<Date>,
    method: PricingMethod,
    #[serde(default)]
    percent: Option<u32>,
    #[serde(default)]
    lesser_of_charge: Option<bool>,
    #[serde(default)]
    reductions: Option<bool>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PricingMethod {
    Medicare,
    PercentOfCharge,
    FeesOnly,
}

impl Pricing {
    fn contract(&self, name: &str, fees: &FeeTable) -> Contract {
        let basis_points = self.percent.unwrap_or(100).saturating_mul(100);
        let base = match self.method {
            PricingMethod::Medicare => Contract::percent_of_medicare(name, self.from, basis_points),
            PricingMethod::PercentOfCharge => Contract::percent_of_charge(name, self.from, basis_points),
            PricingMethod::FeesOnly => {
                Contract { method: Method::FeesOnly, ..Contract::percent_of_medicare(name, self.from, basis_points) }
            }
        };
        Contract {
            effective_to: self.to,
            fees: fees.clone(),
            lesser_of_charge: self.lesser_of_charge.unwrap_or(base.lesser_of_charge),
            reductions: self.reductions.unwrap_or(base.reductions),
            ..base
        }
    }
}

pub(crate) fn parse(plan_toml: &str, members_csv: &str, fees_csv: &str) -> Result<Plan, PlanError> {
    let file: PlanFile = toml::from_str(plan_toml).map_err(|e| toml_error(plan_toml, &e))?;
    let fees = FeeTable::new(fees(fees_csv)?);
    let contracts = file.pricing.iter().map(|term| term.contract(&file.payer.name, &fees)).collect();
    let plan = Plan {
        payer: file.payer,
        rules: file.rules,
        appeals: file.appeals,
        payment: file.payment,
        coordination: file.coordination,
        contracts,
        years: file.year,
        sequestration: file.sequestration,
        providers: file.provider,
        authorizations: file.authorization,
        pends: file.pend,
        underpayments: file.underpayment,
        strays: file.stray,
        unbalanced: file.unbalanced,
        members: members(members_csv)?,
    };
    check(&plan, plan_toml)?;
    Ok(plan)
}

/// What the types alone do not say.
fn check(plan: &Plan, text: &str) -> Result<(), PlanError> {
    let at = |heading: &str, field: &str, message: String| {
        let line = text.lines().position(|line| line.trim() == heading).map_or(1, line_number);
        Err(PlanError { file: PLAN, line, field: field.to_owned(), message })
    };
    if plan.contracts.is_empty() {
        return at("[[pricing]]", "pricing", "expected at least one [[pricing]] table".to_owned());
    }
    let prefix = &plan.payer.trace_prefix;
    if prefix.is_empty() || prefix.len() > 4 || !prefix.bytes().all(|b| b.is_ascii_uppercase()) {
        return at("[payer]", "trace_prefix", format!("“{prefix}” is not one to four capital letters"));
    }
    if plan.payer.tax_id.len() != 9 || !plan.payer.tax_id.bytes().all(|b| b.is_ascii_digit()) {
        return at("[payer]", "tax_id", format!("“{}” is not nine digits", plan.payer.tax_id));
    }
    for (i, year) in plan.years.iter().enumerate() {
        let overlaps = plan.years.iter().skip(i + 1).any(|other| year.from <= other.to && other.from <= year.to);
        if overlaps || year.to < year.from {
            let message = format!("the year from {} to {} overlaps another one or ends first", year.from, year.to);
            return at("[[year]]", "from", message);
        }
        if year.coinsurance_percent > 100 {
            let message = format!("{} is more than the whole, expected 0 to 100", year.coinsurance_percent);
            return at("[[year]]", "coinsurance_percent", message);
        }
        let bare = |x: &&plan::Exclusion| matches!(x.reason.as_str(), "16" | "96" | "A1" | "252") && x.remark.is_none();
        if let Some(exclusion) = year.exclusions.iter().find(bare) {
            let message = format!("reason {} needs a remark code (remark = \"N130\")", exclusion.reason);
            return at("[[year.exclusion]]", "remark", message);
        }
    }
    Ok(())
}

fn line_number(index: usize) -> u64 {
    u64::try_from(index).unwrap_or(u64::MAX).saturating_add(1)
}

/// The line and key a TOML error points at.
fn toml_error(text: &str, error: &toml::de::Error) -> PlanError {
    let start = error.span().map_or(0, |span| span.start).min(text.len());
    let before = text.get(..start).unwrap_or(text);
    let index = before.matches('\n').count();
    let line = text.lines().nth(index).unwrap_or_default();
    let field = line.split('=').next().unwrap_or_default().trim();
    let field = if field.is_empty() { "the table" } else { field };
    PlanError { file: PLAN, line: line_number(index), field: field.to_owned(), message: error.message().to_owned() }
}

/// One row of a CSV text, its fields by column name.
struct Row {
    file: &'static str,
    line: u64,
    fields: BTreeMap<String, String>,
}

impl Row {
    fn error(&self, field: &str, message: String) -> PlanError {
        PlanError { file: self.file, line: self.line, field: field.to_owned(), message }
    }

    fn text(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", String::as_str)
    }

    fn owned(&self, field: &str) -> Option<String> {
        Some(self.text(field)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    fn required(&self, field: &str) -> Result<String, PlanError> {
        self.owned(field).ok_or_else(|| self.error(field, "is empty, expected a value".to_owned()))
    }

    fn optional<T: FromStr>(&self, field: &str, expected: &str) -> Result<Option<T>, PlanError> {
        match self.text(field) {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| self.error(field, format!("“{text}” is not {expected}"))),
        }
    }

    fn parse<T: FromStr>(&self, field: &str, expected: &str) -> Result<T, PlanError> {
        self.optional(field, expected)?.ok_or_else(|| self.error(field, format!("is empty, expected {expected}")))
    }

    fn money(&self, field: &str) -> Result<Money, PlanError> {
        Ok(self.optional(field, "an amount such as 120.50")?.unwrap_or_default())
    }
}

const DATE: &str = "a date such as 2026-01-31";

fn rows(file: &'static str, text: &str, columns: &[&str], required: &[&str]) -> Result<Vec<Row>, PlanError> {
    let error = |line: u64, field: &str, message: String| PlanError { file, line, field: field.to_owned(), message };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).comment(Some(b'#')).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| error(1, "header", e.to_string()))?.clone();
    if let Some(unknown) = header.iter().find(|name| !columns.contains(name)) {
        return Err(error(1, unknown, format!("is no column of {file}: expected {}", columns.join(", "))));
    }
    if let Some(missing) = required.iter().find(|name| !header.iter().any(|column| column == **name)) {
        return Err(error(1, missing, "the column is missing from the first line".to_owned()));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| {
            let line = e.position().map_or(1, csv::Position::line);
            error(line, "the row", format!("cannot be read: {e}"))
        })?;
        let fields = header.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect();
        rows.push(Row { file, line: record.position().map_or(1, csv::Position::line), fields });
    }
    Ok(rows)
}

fn fees(text: &str) -> Result<Vec<ContractFee>, PlanError> {
    let columns = ["code", "modifier", "amount", "facility_amount", "effective_from", "effective_to"];
    let mut fees = Vec::new();
    for row in rows(FEES, text, &columns, &["code", "amount", "effective_from"])? {
        fees.push(ContractFee {
            procedure: row.parse("code", "a CPT or HCPCS code")?,
            modifier: row.optional("modifier", "a modifier")?,
            amount: row.parse("amount", "an amount such as 120.50")?,
            facility_amount: row.optional("facility_amount", "an amount such as 120.50")?,
            effective_from: row.parse("effective_from", DATE)?,
            effective_to: row.optional("effective_to", DATE)?,
        });
    }
    Ok(fees)
}

const MEMBER_COLUMNS: [&str; 18] = [
    "member_id",
    "last",
    "first",
    "born_on",
    "sex",
    "relationship",
    "group",
    "effective_on",
    "terminated_on",
    "is_qmb",
    "primary_payer",
    "secondary_payer",
    "former_id",
    "claim_number",
    "used_on",
    "deductible_used",
    "out_of_pocket_used",
    "therapy_used",
];

fn members(text: &str) -> Result<Vec<Member>, PlanError> {
    let required = ["member_id", "last", "first", "born_on", "effective_on"];
    rows(MEMBERS, text, &MEMBER_COLUMNS, &required)?.iter().map(member).collect()
}

fn member(row: &Row) -> Result<Member, PlanError> {
    let relationship = match row.text("relationship") {
        "" | "self" => Relationship::Subscriber,
        "spouse" => Relationship::Spouse,
        "child" => Relationship::Child,
        "employee" => Relationship::Employee,
        "other" => Relationship::Other,
        text => {
            let message = format!("“{text}” is not self, spouse, child, employee or other");
            return Err(row.error("relationship", message));
        }
    };
    let opening = match row.optional("used_on", DATE)? {
        Some(on) => Some(Opening {
            on,
            deductible: row.money("deductible_used")?,
            out_of_pocket: row.money("out_of_pocket_used")?,
            therapy: row.money("therapy_used")?,
        }),
        None => None,
    };
    Ok(Member {
        member_id: row.required("member_id")?,
        name: PersonName::new(&row.required("first")?, &row.required("last")?),
        born_on: row.parse("born_on", DATE)?,
        sex: Sex::from_code(row.text("sex")),
        relationship,
        group: row.text("group").to_owned(),
        effective_on: row.parse("effective_on", DATE)?,
        terminated_on: row.optional("terminated_on", DATE)?,
        is_qmb: row.optional("is_qmb", "true or false")?.unwrap_or(false),
        primary_payer: row.owned("primary_payer"),
        secondary_payer: row.owned("secondary_payer"),
        former_id: row.owned("former_id"),
        claim_number: row.owned("claim_number"),
        opening,
    })
}
