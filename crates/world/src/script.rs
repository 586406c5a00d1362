//! Writes the script: what people do in the world of a seed, day by day.

use claim::{Coverage, Modifier, ProcedureCode};
use jiff::{ToSpan, civil::Date, civil::date};

use crate::{
    Action, Beat, Change, ENDS_ON, Insurer, InsurerKey, Lines, Person, Role, ScriptedAction, StatementPayment, Visit,
    dice::Dice, table::WorldError,
};

/// The day the provider of the claim near its limit signs: after the coder's last day, before the limit.
const LATE_SIGNATURE: Date = date(2026, 7, 8);

/// Everything people do, in order of day.
pub(crate) fn script(
    seed: u64,
    people: &[Person],
    visits: &[Visit],
    insurers: &[Insurer],
) -> Result<Vec<ScriptedAction>, WorldError> {
    let mut script = Vec::new();
    for visit in visits {
        let person = people
            .iter()
            .find(|p| p.key == visit.person_key)
            .ok_or_else(|| WorldError::new(&visit.person_key, "no such patient"))?;
        let scene = Scene { seed, person, visit, insurers };
        script.extend(scene.signature());
        script.extend(scene.desk());
        for beat in &visit.beats {
            script.extend(scene.beat(*beat)?);
        }
    }
    for person in people {
        script.extend(statement(seed, person, visits));
    }
    script.sort_by_key(|action| action.on);
    Ok(script)
}

fn after(day: Date, days: i64) -> Date {
    day.checked_add(days.days()).unwrap_or(day)
}

fn by(on: Date, role: Role, action: Action) -> ScriptedAction {
    ScriptedAction { on, by: Some(role), action }
}

fn modifier(code: &str) -> Result<Modifier, WorldError> {
    Modifier::new(code).map_err(|e| WorldError::new("script", e))
}

fn code(code: &str) -> Result<Lines, WorldError> {
    ProcedureCode::new(code).map(Lines::Code).map_err(|e| WorldError::new("script", e))
}

/// A visit with what the script needs to know of it.
struct Scene<'a> {
    seed: u64,
    person: &'a Person,
    visit: &'a Visit,
    insurers: &'a [Insurer],
}

impl Scene<'_> {
    fn dice(&self, question: &str) -> Dice {
        Dice::of(self.seed, &format!("{question} {}", self.visit.encounter.id))
    }

    fn signature(&self) -> Option<ScriptedAction> {
        let served_on = self.visit.encounter.served_on;
        let on = if self.visit.has(Beat::UnsignedAtEnd) {
            return None;
        } else if self.visit.has(Beat::NearFilingLimit) {
            LATE_SIGNATURE
        } else {
            let late = i64::from(self.dice("signature").chance(20) && !self.visit.has(Beat::ToCodeAtEnd));
            after(served_on, self.visit.signed_after.unwrap_or(late))
        };
        Some(by(on, Role::Provider, Action::SignNote { encounter: self.visit.encounter.id }))
    }

    /// Most patients of the preferred-provider plan pay their copay when they come.
    fn desk(&self) -> Option<ScriptedAction> {
        let copay = self.person.primary()?.copay?;
        let is_owed = self.person.insured_by(self.insurers) == Some(InsurerKey::Ppo) && self.has_copay();
        let pays = self.visit.has(Beat::DeskCredit)
            || (is_owed && !self.visit.has(Beat::PatientNeverPays) && self.dice("copay").chance(75));
        let action = Action::PayAtDesk { encounter: self.visit.encounter.id, amount: copay };
        pays.then(|| by(self.visit.encounter.served_on, Role::FrontDesk, action))
    }

    /// The desk asks for a copay when the visit is an office visit or therapy.
    fn has_copay(&self) -> bool {
        let therapy = "97010"..="97799";
        self.visit
            .gold
            .services
            .iter()
            .any(|s| Lines::OfficeVisit.contains(&s.code) || therapy.contains(&s.code.as_str()))
    }

    fn beat(&self, beat: Beat) -> Result<Vec<ScriptedAction>, WorldError> {
        Ok(match beat {
            Beat::MemberIdMistyped => self.member_id(),
            Beat::Modifier25Missing => self.lost_modifier(
                Lines::OfficeVisit,
                "25",
                "The office visit was for blood pressure; sent as keyed.",
                "The note documents a separate, significant evaluation of uncontrolled hypertension.",
            )?,
            Beat::Bundled => self.lost_modifier(
                code("97110")?,
                "59",
                "Group and exercise were both given; sent as keyed.",
                "The note gives separate times for individual exercise and the group session.",
            )?,
            Beat::GpMissing => {
                let changes = vec![Change::RemoveModifier { lines: Lines::All, modifier: modifier("GP")? }];
                vec![self.mistype(changes)]
            }
            Beat::UnitsExceeded => self.units()?,
            Beat::HeldAtEnd => {
                let changes = vec![Change::SetUnits { lines: code("97110")?, units: 8.into() }];
                vec![self.mistype(changes)]
            }
            Beat::AuthorizationMissing => self.authorization(),
            Beat::MedicalNecessityAppeal => vec![self.appeal()],
            Beat::FiledLate => vec![self.send_anyway(80, "The contract on file gives a year.")],
            Beat::CoverageTerminated => vec![self.send_anyway(1, "The patient showed a card at the desk.")],
            Beat::ResentInError => {
                let action = Action::ResendByMistake { encounter: self.visit.encounter.id };
                vec![by(self.served(13), Role::Biller, action)]
            }
            Beat::Queried => self.answer(),
            _ => Vec::new(),
        })
    }

    fn served(&self, days: i64) -> Date {
        after(self.visit.encounter.served_on, days)
    }

    fn mistype(&self, changes: Vec<Change>) -> ScriptedAction {
        let action = Action::MistypeCharges { encounter: self.visit.encounter.id, changes };
        by(self.served(0), Role::FrontDesk, action)
    }

    fn send_anyway(&self, days: i64, reason: &str) -> ScriptedAction {
        let action = Action::SendAnyway { encounter: self.visit.encounter.id, reason: reason.into() };
        by(self.served(days), Role::Biller, action)
    }

    fn correct(&self, changes: Vec<Change>, reason: &str) -> ScriptedAction {
        let encounter = self.visit.encounter.id;
        by(self.served(14), Role::Biller, Action::CorrectClaim { encounter, changes, reason: reason.into() })
    }

    fn coverage(&self) -> Option<&Coverage> {
        self.person.primary()
    }

    fn member_id(&self) -> Vec<ScriptedAction> {
        let card = self.coverage().zip(self.person.at_payer.member_id.clone());
        card.map(|(coverage, member_id)| {
            let action = Action::CorrectMemberId { patient: self.person.patient.id, coverage: coverage.id, member_id };
            by(self.served(9), Role::FrontDesk, action)
        })
        .into_iter()
        .collect()
    }

    fn lost_modifier(
        &self,
        lines: Lines,
        lost: &str,
        sent: &str,
        support: &str,
    ) -> Result<Vec<ScriptedAction>, WorldError> {
        let modifier = modifier(lost)?;
        let removed = Change::RemoveModifier { lines: lines.clone(), modifier: modifier.clone() };
        Ok(vec![
            self.mistype(vec![removed]),
            self.send_anyway(1, sent),
            self.correct(vec![Change::AddModifier { lines, modifier }], support),
        ])
    }

    fn units(&self) -> Result<Vec<ScriptedAction>, WorldError> {
        let lines = code("17110")?;
        Ok(vec![
            self.mistype(vec![Change::SetUnits { lines: lines.clone(), units: 6.into() }]),
            self.send_anyway(1, "Six warts were treated; sent as keyed."),
            self.correct(
                vec![Change::SetUnits { lines, units: 1.into() }],
                "One unit covers up to fourteen lesions of this kind.",
            ),
        ])
    }

    fn authorization(&self) -> Vec<ScriptedAction> {
        let number = format!("HVA{}", self.dice("authorization").digits(6));
        let support = "The plan authorised the episode from its first day.";
        let record = self.coverage().map(|coverage| {
            let patient = self.person.patient.id;
            let action = Action::RecordAuthorization { patient, coverage: coverage.id, number: number.clone() };
            by(self.served(5), Role::FrontDesk, action)
        });
        let corrected = self.correct(vec![Change::SetAuthorization(number)], support);
        record.into_iter().chain([corrected]).collect()
    }

    fn appeal(&self) -> ScriptedAction {
        let reason = "First redetermination: history and risk of the patient to be sent with the tracing.";
        let action = Action::OpenAppeal { encounter: self.visit.encounter.id, reason: reason.into() };
        by(self.served(30), Role::Biller, action)
    }

    fn answer(&self) -> Vec<ScriptedAction> {
        let encounter = self.visit.encounter.id;
        let answer = self.visit.addendum.clone();
        answer
            .map(|addendum| by(self.served(6), Role::Provider, Action::AnswerQuery { encounter, addendum }))
            .into_iter()
            .collect()
    }
}

/// Three patients in five pay a statement in full, one in six pays half; of the two the story needs, both pay.
fn statement(seed: u64, person: &Person, visits: &[Visit]) -> Option<ScriptedAction> {
    let mut own = visits.iter().filter(|v| v.person_key == person.key);
    let first = own.clone().map(|v| v.encounter.served_on).min()?;
    if own.any(|v| v.has(Beat::PatientNeverPays)) {
        return None;
    }
    let must = matches!(person.key.as_str(), "c02" | "c18");
    let payment = match Dice::of(seed, &format!("statement {}", person.key)).below(100) {
        _ if must => StatementPayment::Full,
        0..60 => StatementPayment::Full,
        60..76 => StatementPayment::Half,
        _ => return None,
    };
    let on = after(first, 40);
    let action = Action::PayStatement { patient: person.patient.id, payment };
    (on <= ENDS_ON).then_some(ScriptedAction { on, by: None, action })
}
