//! 837P to claims.

use claim::{
    Accident, AccidentCause, Address, BillingProvider, Claim, ClaimMember, ClaimPatient, ClaimPayer, DiagnosisCode,
    Frequency, LineAdjudication, Modifier, Money, Npi, OtherPayer, PayerSequence, PersonName, PlaceOfService,
    ProcedureCode, Provider, ProviderId, Relationship, ServiceFacility, ServiceLine, Sex, Subscriber, Taxonomy,
    UnitBasis,
};
use jiff::civil::{Date, DateTime};
use x12::{Group, Interchange, Transaction};

use super::{ClaimBatch, ClaimEcho, ReceivedClaim, RefusedClaim};
use crate::{
    Controls, ExchangeError, FileKind, Party, adjustment,
    kind::read_kind,
    scope::{Scope, Seg, located},
};

/// Reads every transaction set of a file of professional claims.
///
/// What a file does not carry reads as: our record numbers nil, credentials and missing texts empty, a taxonomy not
/// sent [`Taxonomy::not_given`], a subscriber's birth date not sent [`Date::ZERO`].
///
/// # Errors
/// [`ExchangeError`] when the file is no file of professional claims or was cut. A single claim that cannot be held
/// does not spoil the file: it stands in [`ClaimBatch::refused`].
pub fn read_837p(bytes: &[u8]) -> Result<Vec<ClaimBatch>, ExchangeError> {
    let interchanges = read_kind(bytes, FileKind::ProfessionalClaims)?;
    let mut batches = Vec::new();
    for interchange in &interchanges {
        for group in &interchange.groups {
            for transaction in &group.transactions {
                batches.extend(batch(interchange, group, transaction));
            }
        }
    }
    Ok(batches)
}

fn batch(interchange: &Interchange<'_>, group: &Group<'_>, transaction: &Transaction<'_>) -> Option<ClaimBatch> {
    let segments = located(transaction);
    let (head, levels) = Scope::of(&segments)?.cut("HL");
    let submitter = party(head, "1000A");
    let mut batch = ClaimBatch {
        receiver: party(head, "1000B"),
        controls: controls(interchange, group, transaction, head),
        claims: Vec::new(),
        refused: Vec::new(),
        submitter,
    };
    let mut open = Levels::default();
    for level in levels {
        let (context, claims) = level.cut("CLM");
        open.enter(context, &batch.submitter);
        for scope in claims {
            let (control_number, offset) = (scope.first().el(1).to_owned(), scope.first().offset());
            match open.claim(context, scope) {
                Ok(claim) => {
                    let transaction_control = transaction.control().to_owned();
                    batch.claims.push(ReceivedClaim { claim, offset, transaction_control });
                }
                Err(error) => {
                    let charge = scope.first().money(2).unwrap_or_default();
                    let echo = ClaimEcho { charge, ..open.echo.clone() };
                    batch.refused.push(RefusedClaim { control_number, offset, error, echo });
                }
            }
        }
    }
    Some(batch)
}

fn party(head: Scope<'_, '_>, loop_id: &'static str) -> Party {
    let contact = head.get(loop_id, "PER");
    Party {
        name: head.get(loop_id, "NM1").map(Seg::party_name).unwrap_or_default(),
        id: head.get(loop_id, "NM1").map_or("", |nm1| nm1.el(9)).to_owned(),
        contact_name: contact.map_or("", |per| per.el(2)).to_owned(),
        phone: contact.map_or("", |per| per.contact("TE")).to_owned(),
    }
}

fn controls(
    interchange: &Interchange<'_>,
    group: &Group<'_>,
    transaction: &Transaction<'_>,
    head: Scope<'_, '_>,
) -> Controls {
    let bht = head.get("", "BHT");
    let time = bht.map_or("", |bht| bht.el(5));
    let part = |range: std::ops::Range<usize>| time.get(range).and_then(|t| t.parse::<i8>().ok()).unwrap_or(0);
    let date = bht.and_then(|bht| bht.date(4).ok()).unwrap_or(Date::ZERO);
    Controls {
        interchange: interchange.control().trim().parse().unwrap_or(0),
        group: group.control().parse().unwrap_or(0),
        transaction: transaction.control().parse().unwrap_or(0),
        at: DateTime::new(date.year(), date.month(), date.day(), part(0..2), part(2..4), 0, 0)
            .unwrap_or_else(|_| date.into()),
        usage: interchange.isa.el(15).chars().next().unwrap_or('P'),
        reference: bht.map_or("", |bht| bht.el(3)).to_owned(),
    }
}

/// The hierarchical levels open at a place of the file. An error in one is the error of every claim under it.
#[derive(Default)]
struct Levels {
    billing: Option<Result<BillingProvider, ExchangeError>>,
    subscriber: Option<Result<SubscriberLevel, ExchangeError>>,
    /// The dependent, `None` directly under a subscriber.
    dependent: Option<Result<DependentLevel, ExchangeError>>,
    /// What can be said of these levels even where they cannot be read.
    echo: ClaimEcho,
}

/// 2000B.
#[derive(Clone)]
struct SubscriberLevel {
    sequence: PayerSequence,
    medicare_secondary_type: String,
    payer: ClaimPayer,
    member_id: String,
    group_number: String,
    plan_name: String,
    person: Person,
}

/// 2000C.
#[derive(Clone)]
struct DependentLevel {
    relationship: Relationship,
    person: Person,
}

/// A person of 2010BA or 2010CA.
#[derive(Clone)]
struct Person {
    name: PersonName,
    born_on: Option<Date>,
    sex: Sex,
    address: Address,
    property_casualty_claim: Option<String>,
}

impl Levels {
    fn enter(&mut self, context: Scope<'_, '_>, submitter: &Party) {
        let name = |loop_id| context.get(loop_id, "NM1");
        let id = |loop_id| name(loop_id).map_or("", |nm1| nm1.el(9)).to_owned();
        match context.first().el(3) {
            "20" => {
                *self = Self { billing: Some(billing(context, submitter)), ..Self::default() };
                self.echo.billing_name = name("2010AA").map(Seg::party_name).unwrap_or_default();
                self.echo.billing_npi = id("2010AA");
            }
            "22" => {
                self.subscriber = Some(subscriber(context));
                self.dependent = None;
                self.echo.patient = name("2010BA").map(Seg::person).unwrap_or_default();
                (self.echo.member_id, self.echo.payer_number) = (id("2010BA"), id("2010BB"));
            }
            "23" => {
                self.dependent = Some(dependent(context));
                self.echo.patient = name("2010CA").map(Seg::person).unwrap_or_default();
            }
            _ => {}
        }
    }

    /// The claim of `scope` under the levels now open.
    fn claim(&self, context: Scope<'_, '_>, scope: Scope<'_, '_>) -> Result<Claim, ExchangeError> {
        let missing = |loop_id| context.missing(loop_id, "HL");
        let billing = self.billing.clone().ok_or_else(|| missing("2000A"))??;
        let subscriber = self.subscriber.clone().ok_or_else(|| missing("2000B"))??;
        let dependent = self.dependent.clone().transpose()?;
        let insured = subscriber.person;
        let (relationship, person, holder) = match dependent {
            None => (Relationship::Subscriber, insured, None),
            Some(DependentLevel { relationship, person }) => (relationship, person, Some(insured)),
        };
        let person_loop = if holder.is_some() { "2010CA" } else { "2010BA" };
        let patient = ClaimPatient {
            name: person.name,
            born_on: person.born_on.ok_or_else(|| context.missing(person_loop, "DMG"))?,
            sex: person.sex,
            address: person.address,
        };
        let member = ClaimMember {
            member_id: subscriber.member_id,
            group_number: subscriber.group_number,
            plan_name: subscriber.plan_name,
            relationship,
            subscriber: holder.map(|holder| Subscriber {
                name: holder.name,
                born_on: holder.born_on.unwrap_or(Date::ZERO),
                sex: holder.sex,
                address: holder.address,
            }),
        };
        let (head, lines) = scope.cut("LX");
        let (own, others) = head.cut("SBR");
        let clm = own.first();
        let lines: Vec<ServiceLine> =
            (1_u16..).zip(lines).map(|(number, line)| service_line(number, line, &others)).collect::<Result<_, _>>()?;
        Ok(Claim {
            control_number: clm.el(1).to_owned(),
            frequency: Frequency::from_code(clm.comp(5, 3))
                .ok_or_else(|| clm.unexpected(5, "a claim frequency (third part): 1, 7 or 8"))?,
            original_reference: own.reference_if("2300", "F8"),
            sequence: subscriber.sequence,
            medicare_secondary_type: subscriber.medicare_secondary_type,
            rendering: rendering(own, scope)?,
            referring: own.with("2310A", "NM1", "DN").map(|nm1| provider(nm1, None)).transpose()?,
            facility: facility(own)?,
            payer: subscriber.payer,
            patient,
            place_of_service: clm.code(5, PlaceOfService::new(clm.comp(5, 1)))?,
            assignment: clm.el(7).chars().next().ok_or_else(|| clm.unexpected(7, "assignment: A, B or C"))?,
            benefits_assigned: clm.el(8) == "Y",
            accident: accident(own)?,
            prior_authorization: own.reference_if("2300", "G1"),
            property_casualty_claim: person.property_casualty_claim,
            clia: own.reference_if("2300", "X4"),
            delay_reason: clm.el(20).to_owned(),
            note: own.with("2300", "NTE", "ADD").map_or("", |nte| nte.el(2)).to_owned(),
            diagnoses: diagnoses(own)?,
            patient_paid: own.amount("2300", "F5")?.unwrap_or(Money::ZERO),
            other_payers: others.iter().map(|other| other_payer(*other, &lines)).collect::<Result<_, _>>()?,
            lines,
            billing,
            member,
        })
    }
}

/// 2000A, 2010AA and 2010AB.
fn billing(level: Scope<'_, '_>, submitter: &Party) -> Result<BillingProvider, ExchangeError> {
    let nm1 = level.need("2010AA", "NM1")?;
    let tax_id = match level.reference("2010AA", "EI") {
        "" => level.reference("2010AA", "SY"),
        employer => employer,
    };
    Ok(BillingProvider {
        name: nm1.party_name(),
        npi: nm1.code(9, Npi::new(nm1.el(9)))?,
        tax_id: tax_id.to_owned(),
        taxonomy: taxonomy(level.with("2000A", "PRV", "BI"))?,
        address: level.address("2010AA"),
        pay_to: level.get("2010AB", "NM1").map(|_| level.address("2010AB")),
        phone: match level.get("2010AA", "PER").map_or("", |per| per.contact("TE")) {
            "" => submitter.phone.clone(),
            own => own.to_owned(),
        },
    })
}

fn taxonomy(prv: Option<Seg<'_>>) -> Result<Taxonomy, ExchangeError> {
    prv.map_or_else(|| Ok(Taxonomy::not_given()), |prv| prv.code(3, Taxonomy::new(prv.el(3))))
}

/// 2000B, 2010BA and 2010BB.
fn subscriber(level: Scope<'_, '_>) -> Result<SubscriberLevel, ExchangeError> {
    let sbr = level.need("2000B", "SBR")?;
    let payer = level.need("2010BB", "NM1")?;
    Ok(SubscriberLevel {
        sequence: sequence(sbr)?,
        medicare_secondary_type: sbr.el(5).to_owned(),
        payer: claim_payer(payer, sbr, level.address("2010BB")),
        member_id: level.need("2010BA", "NM1")?.el(9).to_owned(),
        group_number: sbr.el(3).to_owned(),
        plan_name: sbr.el(4).to_owned(),
        person: person(level, "2010BA")?,
    })
}

fn sequence(sbr: Seg<'_>) -> Result<PayerSequence, ExchangeError> {
    PayerSequence::from_code(sbr.el(1)).ok_or_else(|| sbr.unexpected(1, "the payer's place in the order: P, S or T"))
}

fn claim_payer(nm1: Seg<'_>, sbr: Seg<'_>, address: Address) -> ClaimPayer {
    ClaimPayer {
        name: nm1.party_name(),
        payer_number: nm1.el(9).to_owned(),
        address,
        filing_code: sbr.el(9).to_owned(),
    }
}

/// 2000C and 2010CA.
fn dependent(level: Scope<'_, '_>) -> Result<DependentLevel, ExchangeError> {
    let pat = level.need("2000C", "PAT")?;
    Ok(DependentLevel { relationship: Relationship::from_code(pat.el(1)), person: person(level, "2010CA")? })
}

fn person(level: Scope<'_, '_>, loop_id: &'static str) -> Result<Person, ExchangeError> {
    let dmg = level.get(loop_id, "DMG");
    Ok(Person {
        name: level.need(loop_id, "NM1")?.person(),
        born_on: dmg.map(|dmg| dmg.date(2)).transpose()?,
        sex: dmg.map_or(Sex::Unknown, |dmg| Sex::from_code(dmg.el(3))),
        address: level.address(loop_id),
        property_casualty_claim: level.reference_if(loop_id, "Y4"),
    })
}

/// 2310B or, when only lines name who rendered, the one they all name (2420A).
fn rendering(own: Scope<'_, '_>, claim: Scope<'_, '_>) -> Result<Option<Provider>, ExchangeError> {
    if let Some(nm1) = own.with("2310B", "NM1", "82") {
        return provider(nm1, own.with("2310B", "PRV", "PE")).map(Some);
    }
    let Some(first) = claim.get("2420A", "NM1") else { return Ok(None) };
    match claim.all("2420A", "NM1").find(|nm1| nm1.el(9) != first.el(9)) {
        Some(second) => Err(second.unexpected(9, "one rendering provider for all lines of a claim")),
        None => provider(first, claim.get("2420A", "PRV")).map(Some),
    }
}

fn provider(nm1: Seg<'_>, prv: Option<Seg<'_>>) -> Result<Provider, ExchangeError> {
    Ok(Provider {
        id: ProviderId(uuid::Uuid::nil()),
        name: nm1.person(),
        credential: String::new(),
        npi: nm1.code(9, Npi::new(nm1.el(9)))?,
        taxonomy: taxonomy(prv)?,
    })
}

fn facility(own: Scope<'_, '_>) -> Result<Option<ServiceFacility>, ExchangeError> {
    let Some(nm1) = own.get("2310C", "NM1") else { return Ok(None) };
    let npi = if nm1.el(9).is_empty() { None } else { Some(nm1.code(9, Npi::new(nm1.el(9)))?) };
    Ok(Some(ServiceFacility { name: nm1.party_name(), npi, address: own.address("2310C") }))
}

/// CLM11 with DTP*439; of several causes the first.
fn accident(own: Scope<'_, '_>) -> Result<Option<Accident>, ExchangeError> {
    let clm = own.first();
    let Some(on) = own.day("2300", "DTP", "439")? else {
        return if clm.comp(11, 1).is_empty() { Ok(None) } else { Err(own.missing("2300", "DTP*439")) };
    };
    let cause = match clm.comp(11, 1) {
        "" => AccidentCause::Other,
        code => AccidentCause::from_code(code).ok_or_else(|| clm.unexpected(11, "a related cause: AA, EM or OA"))?,
    };
    Ok(Some(Accident { cause, on, state: clm.comp(11, 4).to_owned() }))
}

fn diagnoses(own: Scope<'_, '_>) -> Result<Vec<DiagnosisCode>, ExchangeError> {
    let mut codes = Vec::new();
    for hi in own.all("2300", "HI") {
        for n in (1..=12).filter(|n| matches!(hi.comp(*n, 1), "ABK" | "ABF" | "BK" | "BF")) {
            codes.push(hi.code(n, DiagnosisCode::new(hi.comp(n, 2)))?);
        }
    }
    Ok(codes)
}

/// 2320, 2330A and 2330B. Where the payer decided lines, its date is theirs.
fn other_payer(other: Scope<'_, '_>, lines: &[ServiceLine]) -> Result<OtherPayer, ExchangeError> {
    let sbr = other.first();
    let insured = other.need("2330A", "NM1")?;
    let payer = other.need("2330B", "NM1")?;
    let has_lines = lines.iter().flat_map(|line| &line.adjudications).any(|one| one.payer_number == payer.el(9));
    Ok(OtherPayer {
        sequence: sequence(sbr)?,
        payer: claim_payer(payer, sbr, other.address("2330B")),
        member: ClaimMember {
            member_id: insured.el(9).to_owned(),
            group_number: sbr.el(3).to_owned(),
            plan_name: sbr.el(4).to_owned(),
            relationship: Relationship::from_code(sbr.el(2)),
            subscriber: None,
        },
        subscriber_name: insured.person(),
        paid: other.amount("2320", "D")?,
        patient_liability: other.amount("2320", "EAF")?,
        adjustments: adjustment::read(other.all("2320", "CAS"))?,
        decided_on: other.day("2330B", "DTP", "573")?.filter(|_| !has_lines),
        control_number: other.reference_if("2330B", "F8"),
    })
}

/// 2400.
fn service_line(number: u16, scope: Scope<'_, '_>, others: &[Scope<'_, '_>]) -> Result<ServiceLine, ExchangeError> {
    let (line, decisions) = scope.cut("SVD");
    let sv1 = line.need("2400", "SV1")?;
    let (from, through) = line.with("2400", "DTP", "472").ok_or_else(|| line.missing("2400", "DTP*472"))?.range(3)?;
    let pointers = (1..=4).map(|m| sv1.comp(7, m)).filter(|text| !text.is_empty());
    Ok(ServiceLine {
        number,
        control_number: line.reference("2400", "6R").to_owned(),
        procedure: sv1.code(1, ProcedureCode::new(sv1.comp(1, 2)))?,
        modifiers: modifiers(sv1, 1)?,
        charge: sv1.money(2)?,
        units: sv1.units(4)?,
        basis: match sv1.el(3) {
            "UN" => UnitBasis::Units,
            "MJ" => UnitBasis::Minutes,
            _ => return Err(sv1.unexpected(3, "a unit of measure: UN or MJ")),
        },
        place_of_service: match sv1.el(5) {
            "" => None,
            place => Some(sv1.code(5, PlaceOfService::new(place))?),
        },
        pointers: pointers
            .map(|text| text.parse().map_err(|_| sv1.unexpected(7, "diagnosis pointers: 1 to 12")))
            .collect::<Result<_, _>>()?,
        from,
        through,
        description: sv1.comp(1, 7).to_owned(),
        adjudications: decisions.into_iter().map(|one| adjudication(one, others)).collect::<Result<_, _>>()?,
    })
}

/// The modifiers of a procedure in element `n` (C003).
fn modifiers(seg: Seg<'_>, n: usize) -> Result<Vec<Modifier>, ExchangeError> {
    let given = (3..=6).map(|m| seg.comp(n, m)).filter(|text| !text.is_empty());
    given.map(|text| seg.code(n, Modifier::new(text))).collect()
}

/// 2430; its date stands there or in the 2330B of the payer.
fn adjudication(scope: Scope<'_, '_>, others: &[Scope<'_, '_>]) -> Result<LineAdjudication, ExchangeError> {
    let svd = scope.first();
    let decided_on = match scope.day("2430", "DTP", "573")? {
        Some(day) => Some(day),
        None => others
            .iter()
            .find(|other| other.get("2330B", "NM1").is_some_and(|nm1| nm1.el(9) == svd.el(1)))
            .map_or(Ok(None), |other| other.day("2330B", "DTP", "573"))?,
    };
    Ok(LineAdjudication {
        payer_number: svd.el(1).to_owned(),
        paid: svd.money(2)?,
        procedure: svd.code(3, ProcedureCode::new(svd.comp(3, 2)))?,
        modifiers: modifiers(svd, 3)?,
        units: svd.units(5)?,
        bundled_into: match svd.el(6) {
            "" => None,
            number => Some(number.parse().map_err(|_| svd.unexpected(6, "the number of a line (LX01)"))?),
        },
        adjustments: adjustment::read(scope.all("2430", "CAS"))?,
        patient_liability: scope.amount("2430", "EAF")?,
        decided_on: decided_on.ok_or_else(|| scope.missing("2430", "DTP*573"))?,
    })
}
