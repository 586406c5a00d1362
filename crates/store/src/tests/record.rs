//! Records come back as they went in.

use claim::{ClaimStatus, CodeSet, Coding, Note, NoteId, NoteKind, Prompt, UserId, WorkItemId};
use jiff::SignedDuration;

use super::{Practice, cents, on_both, practice, some_claim_id};
use crate::{
    Role, Scope, StoreError,
    claim::{self as claims, ClaimFilter, ClaimOrder, NewClaim},
    client::{self},
    coding, document, encounter, gold, job, note, outbox, patient,
    patient::PatientSearch,
    payer, query, submission, tariff,
    tariff::{Tariff, TariffKind},
    user::{self, User},
    work::{self, NewWorkItem, WorkFilter, WorkOrder},
};

fn a_claim(practice: &Practice, tx: &mut crate::Tx<'_>, number: &str) -> crate::Result<claim::Claim> {
    let billing = client::current(tx)?.billing;
    let person = patient::get(tx, practice.patient)?;
    let insurer = payer::get(tx, practice.payer)?;
    let line = |n: u16, code: &str, charge: i64| claim::ServiceLine {
        number: n,
        control_number: format!("{number}-{n}"),
        procedure: claim::ProcedureCode::new(code).unwrap(),
        modifiers: vec![],
        charge: cents(charge),
        units: claim::Units::ONE,
        basis: Default::default(),
        place_of_service: None,
        pointers: vec![1],
        from: super::SERVED_ON,
        through: super::SERVED_ON,
        description: String::new(),
        adjudications: vec![],
    };
    Ok(claim::Claim {
        control_number: number.into(),
        frequency: Default::default(),
        original_reference: None,
        sequence: claim::PayerSequence::Primary,
        medicare_secondary_type: String::new(),
        billing,
        rendering: None,
        referring: None,
        facility: None,
        payer: claim::ClaimPayer {
            name: insurer.name,
            payer_number: insurer.payer_number,
            address: insurer.address,
            filing_code: "12".into(),
        },
        member: claim::ClaimMember {
            member_id: "W1".into(),
            group_number: String::new(),
            plan_name: String::new(),
            relationship: claim::Relationship::Subscriber,
            subscriber: None,
        },
        patient: claim::ClaimPatient {
            name: person.name,
            born_on: person.born_on,
            sex: person.sex,
            address: person.address,
        },
        place_of_service: claim::PlaceOfService::new("11").unwrap(),
        assignment: 'A',
        benefits_assigned: true,
        accident: None,
        prior_authorization: None,
        property_casualty_claim: None,
        clia: None,
        delay_reason: String::new(),
        note: String::new(),
        diagnoses: vec![claim::DiagnosisCode::new("E119").unwrap()],
        patient_paid: cents(0),
        lines: vec![line(1, "99213", 15_000), line(2, "81002", 2_000)],
        other_payers: vec![],
    })
}

fn insert_claim(practice: &Practice, tx: &mut crate::Tx<'_>, number: &str) -> crate::Result<claim::ClaimId> {
    let id = tx.new_id()?;
    let claim = a_claim(practice, tx, number)?;
    let new = NewClaim {
        id,
        claim: &claim,
        encounter_id: practice.encounter.id,
        patient_id: practice.patient,
        payer_id: practice.payer,
        coverage_id: practice.coverage.id,
        follows_id: None,
        file_by: jiff::civil::date(2026, 8, 29),
        expected: Some(cents(9_000)),
        charges: &practice.charges,
    };
    claims::insert(tx, &new)?;
    claims::add_version(tx, id, &claim, &[], "built")?;
    Ok(id)
}

#[test]
fn a_claim_moves_only_where_it_may() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        let id = fixture.write(a.scope(), |tx| insert_claim(&a, tx, "AA0000001X"));
        fixture.write(a.scope(), |tx| {
            claims::set_status(tx, id, ClaimStatus::Ready, "scrubbed", None)?;
            claims::set_status(tx, id, ClaimStatus::Submitted, "sent", None)
        });
        let error = fixture.refused(a.scope(), |tx| claims::set_status(tx, id, ClaimStatus::Draft, "", None));
        assert!(error.to_string().contains("AA0000001X is submitted"), "{error}");
        fixture.read(a.scope(), |tx| {
            let record = claims::by_number(tx, "AA0000001X")?.unwrap();
            assert_eq!((record.status, record.version, record.charge), (ClaimStatus::Submitted, 1, cents(17_000)));
            assert_eq!(record.submitted_on, Some(tx.today()));
            assert_eq!(claims::latest(tx, id)?.claim, a_claim(&a, tx, "AA0000001X")?);
            assert_eq!(
                claims::events(tx, id)?.iter().map(|e| e.text.as_str()).collect::<Vec<_>>(),
                ["scrubbed", "sent"]
            );
            assert_eq!(claims::lines(tx, id)?, [(1, a.charges[0]), (2, a.charges[1])]);
            assert_eq!(claims::of_charge(tx, a.charges[1])?.len(), 1);
            assert_eq!(claims::of_coverage(tx, &a.coverage)?.len(), 1);
            let which = ClaimFilter { status: Some(ClaimStatus::Submitted), ..Default::default() };
            for order in [ClaimOrder::Newest, ClaimOrder::FileBy, ClaimOrder::Charge] {
                assert_eq!(claims::list(tx, &which, order, 10, 0)?.len(), 1);
            }
            assert_eq!(claims::counts(tx)?, [(ClaimStatus::Submitted, 1, cents(17_000))]);
            assert!(matches!(claims::get(tx, some_claim_id()), Err(StoreError::NotFound { .. })));
            // The insurer's clock starts with the first sending.
            let open = crate::ledger::open_items(tx, jiff::civil::date(9999, 12, 31))?;
            assert!(open.iter().all(|item| item.since == tx.today()));
            Ok(())
        });
    });
}

#[test]
fn what_happened_to_a_claim_is_told_by_moment_then_by_identity() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        let id = fixture.write(a.scope(), |tx| insert_claim(&a, tx, "AA0000001X"));
        // As two processes may write them: the later identity is not the later moment, and moments differ in length.
        let events = [
            ("0195b000-0000-7000-8000-000000000009", "2026-03-02T08:00:00Z", "first"),
            ("0195b000-0000-7000-8000-000000000001", "2026-03-02T08:00:00.5Z", "second"),
            ("0195b000-0000-7000-8000-000000000004", "2026-03-02T08:00:01Z", "third"),
            ("0195b000-0000-7000-8000-000000000005", "2026-03-02T08:00:01Z", "fourth"),
        ];
        let mut raw = fixture.raw();
        for (event, at, text) in events.iter().rev() {
            let client = a.client;
            raw.batch(&format!(
                "INSERT INTO claim_event (client_id, id, claim_id, at, actor, kind, text, document_id, detail) \
                 VALUES ('{client}', '{event}', '{id}', '{at}', 'system:test', 'note', '{text}', NULL, 'null')"
            ))
            .unwrap();
        }
        let told: Vec<_> =
            fixture.read(a.scope(), |tx| claims::events(tx, id)).into_iter().map(|event| event.text).collect();
        assert_eq!(told, ["first", "second", "third", "fourth"]);
    });
}

#[test]
fn a_submission_is_found_by_what_its_answers_name() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        let sent = fixture.write(a.scope(), |tx| {
            let claim_id = insert_claim(&a, tx, "AA0000002X")?;
            let file = document::keep(tx, "837", "1.837", b"ISA*00~")?;
            let sent = submission::Submission {
                client_id: a.client,
                id: tx.new_id()?,
                document_id: file.document.id,
                partner: "blue-mesa".into(),
                file_name: "1.837".into(),
                interchange_control: "000000001".into(),
                group_control: "1".into(),
                reference: "AA000001".into(),
                claims_count: 1,
                charge: cents(17_000),
                sent_at: tx.now(),
            };
            let inside = submission::SubmittedClaim { claim_id, version: 1, transaction_control: "0001".into() };
            submission::insert(tx, &sent, &[inside])?;
            let ack = claim::Ack::Interchange(claim::InterchangeAck {
                interchange_control: "000000001".into(),
                code: 'A',
                note: "000".into(),
            });
            submission::keep_ack(tx, file.document.id, Some(sent.id), &ack)?;
            outbox::add(tx, "blue-mesa", "1.837", file.document.id)?;
            Ok(sent)
        });
        fixture.read(a.scope(), |tx| {
            assert_eq!(submission::by_interchange(tx, "000000001")?.unwrap().id, sent.id);
            assert_eq!(submission::by_group(tx, "1")?.unwrap().id, sent.id);
            assert_eq!(submission::by_reference(tx, "AA000001")?.unwrap().id, sent.id);
            let inside = submission::claims(tx, sent.id)?;
            assert_eq!(submission::of_claim(tx, inside[0].claim_id)?.len(), 1);
            assert!(submission::acks(tx, sent.id)?[0].is_accepted);
            assert_eq!(document::bytes(tx, sent.document_id)?, b"ISA*00~");
            assert_eq!(outbox::waiting(tx, 10)?.len(), 1);
            Ok(())
        });
    });
}

#[test]
fn notes_and_codes_are_sealed_and_versioned() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        let id = NoteId(uuid::Uuid::from_u128(9));
        let text = "Knee pain, left. µ";
        let version = |n: u32| Note {
            id,
            encounter_id: a.encounter.id,
            version: n,
            kind: NoteKind::Progress,
            text: format!("{text} {n}"),
            signature: None,
            reason: String::new(),
        };
        fixture.write(a.scope(), |tx| {
            note::save_draft(tx, a.encounter.id, NoteKind::Progress, text)?;
            assert_eq!(note::draft(tx, a.encounter.id)?.unwrap().text, text);
            note::write(tx, &version(1))?;
            assert!(note::draft(tx, a.encounter.id)?.is_none());
            note::write(tx, &version(2))
        });
        let error = fixture.refused(a.scope(), |tx| note::write(tx, &version(2)));
        assert!(matches!(error, StoreError::Exists { .. }), "{error}");
        fixture.write(a.scope(), |tx| {
            coding::save_run(tx, a.encounter.id, (id, 2), &Coding::default())?;
            assert_eq!(coding::save_codes(tx, a.encounter.id, &CodeSet::default())?, 1);
            assert_eq!(coding::save_codes(tx, a.encounter.id, &CodeSet::default())?, 2);
            gold::put(tx, a.encounter.id, &["E11.9"])
        });
        fixture.read(a.scope(), |tx| {
            assert_eq!(note::latest(tx, a.encounter.id)?, Some(version(2)));
            assert_eq!(note::versions(tx, a.encounter.id)?.len(), 2);
            assert_eq!(coding::latest_run(tx, a.encounter.id)?.unwrap().note_version, 2);
            assert_eq!(coding::codes(tx, a.encounter.id)?.unwrap().version, 2);
            assert_eq!(gold::expected::<Vec<String>>(tx, a.encounter.id)?.unwrap(), ["E11.9"]);
            Ok(())
        });
        let sealed = crate::sql::Sql::new("test", "SELECT text FROM note_version WHERE version = 1");
        let bytes: Vec<u8> = fixture.raw().query(sealed, &[]).unwrap()[0].get().unwrap();
        assert!(!bytes.windows(4).any(|w| w == b"Knee"));
    });
}

#[test]
fn a_query_is_answered_once() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        let prompt = Prompt {
            id: "missing-side".into(),
            text: "Side".into(),
            question: "Which side?".into(),
            options: vec!["Left".into()],
            evidence: vec![],
            code: None,
            is_blocking: true,
        };
        let id = fixture.write(a.scope(), |tx| query::ask(tx, a.encounter.id, a.encounter.rendering_id, &prompt));
        assert_eq!(fixture.read(a.scope(), |tx| query::open(tx, Some(a.encounter.rendering_id), 9, 0)).len(), 1);
        fixture.write(a.scope(), |tx| query::answer(tx, id, "Left"));
        fixture.refused(a.scope(), |tx| query::answer(tx, id, "Right"));
        let found = fixture.read(a.scope(), |tx| query::get(tx, id));
        assert_eq!((found.answer.as_deref(), found.prompt), (Some("Left"), prompt));
        assert!(fixture.read(a.scope(), |tx| query::open(tx, None, 9, 0)).is_empty());
    });
}

#[test]
fn a_search_takes_its_words_literally() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        let found = |text: &str| {
            let search = PatientSearch { text: text.into(), born_on: None };
            let count = fixture.read(a.scope(), |tx| patient::count(tx, &search));
            assert_eq!(fixture.read(a.scope(), |tx| patient::find(tx, &search, 9, 0)).len() as u64, count);
            count
        };
        for there in ["", "doe", "DOE", "jane doe", "Doe_50%, Jane", "m1", "50%", "5035550111"] {
            assert_eq!(found(there), 1, "{there}");
        }
        for absent in ["j%e", "d_e", "x", "\\", "' OR 1=1 --"] {
            assert_eq!(found(absent), 0, "{absent}");
        }
    });
}

fn account(tx: &mut crate::Tx<'_>, login: &str) -> crate::Result<UserId> {
    let user = User {
        id: tx.new_id()?,
        login: login.into(),
        name: login.into(),
        title: "Coder".into(),
        is_active: true,
        created_at: tx.now(),
        password_hash: "hash".into(),
    };
    user::insert(tx, &user)?;
    Ok(user.id)
}

#[test]
fn accounts_hold_roles_and_sessions_end_with_them() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        let id = fixture.write(Scope::Installation, |tx| {
            let id = account(tx, "ann")?;
            for role in [Role::Coder, Role::Biller, Role::Coder] {
                user::grant(tx, id, a.client, role)?;
            }
            let session = user::Session {
                token_hash: "t".into(),
                user_id: id,
                csrf_token: "c".into(),
                client_id: Some(a.client),
                created_at: tx.now(),
                seen_at: tx.now(),
                expires_at: tx.now() + SignedDuration::from_hours(12),
            };
            user::open_session(tx, &session)?;
            Ok(id)
        });
        fixture.read(Scope::Installation, |tx| {
            assert_eq!(user::roles(tx, id)?, [(a.client, Role::Biller), (a.client, Role::Coder)]);
            assert_eq!(user::by_login(tx, "ann")?.unwrap().password_hash, "hash");
            assert_eq!(user::session(tx, "t")?.unwrap().user_id, id);
            Ok(())
        });
        fixture.write(Scope::Installation, |tx| user::set_active(tx, id, false));
        assert_eq!(fixture.read(Scope::Installation, |tx| user::session(tx, "t")), None);
    });
}

#[test]
fn work_is_listed_taken_and_finished() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        let (ann, bob) = fixture.write(Scope::Installation, |tx| Ok((account(tx, "ann")?, account(tx, "bob")?)));
        let open = |amount: i64, due: Option<jiff::civil::Date>| {
            fixture.write(a.scope(), |tx| {
                let new = NewWorkItem {
                    kind: "denial",
                    owner: Role::Biller,
                    subject: ("claim", "c1".into()),
                    title: "CO-197".into(),
                    amount: cents(amount),
                    due_on: due,
                };
                work::open(tx, &new, &serde_json::json!({ "carc": "197" }))
            })
        };
        let (small, big) = (open(100, Some(jiff::civil::date(2026, 4, 1))), open(900, None));
        let ids = |order| -> Vec<WorkItemId> {
            let which = WorkFilter { owner: Some(Role::Biller), kind: Some("denial".into()) };
            fixture.read(a.scope(), |tx| work::list(tx, &which, order, 9, 0)).iter().map(|w| w.id).collect()
        };
        assert_eq!((ids(WorkOrder::Due), ids(WorkOrder::Amount)), (vec![small, big], vec![big, small]));
        fixture.write(a.scope(), |tx| work::take(tx, small, ann));
        fixture.refused(a.scope(), |tx| work::take(tx, small, bob));
        fixture.write(a.scope(), |tx| work::finish(tx, small, "resubmitted"));
        fixture.refused(a.scope(), |tx| work::finish(tx, small, "again"));
        fixture.write(a.scope(), |tx| work::snooze(tx, big, tx.today().tomorrow().unwrap()));
        assert!(ids(WorkOrder::Due).is_empty());
        let done = fixture.read(a.scope(), |tx| work::of_subject(tx, "claim", "c1"));
        assert_eq!(done.len(), 2);
        assert!(done.iter().any(|item| item.id == small && item.outcome == "resubmitted"));
        assert_eq!(fixture.read(a.scope(), work::counts), []);
    });
}

#[test]
fn the_tariff_of_the_day_of_service_is_found() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        for (from, until, rows) in [("2025-01-01", Some("2025-12-31"), "old"), ("2026-01-01", None, "new")] {
            fixture.write(a.scope(), |tx| {
                let tariff = Tariff {
                    id: tx.new_id()?,
                    kind: TariffKind::Contract,
                    name: rows.into(),
                    payer_id: Some(a.payer),
                    effective_on: from.parse().unwrap(),
                    terminated_on: until.map(|u| u.parse().unwrap()),
                };
                tariff::insert(tx, &tariff, &rows)
            });
        }
        let on = |day: &str, payer| {
            fixture
                .read(a.scope(), |tx| tariff::in_force::<String>(tx, TariffKind::Contract, payer, day.parse().unwrap()))
        };
        assert_eq!(on("2025-06-01", Some(a.payer)).as_deref(), Some("old"));
        assert_eq!(on("2026-06-01", Some(a.payer)).as_deref(), Some("new"));
        assert_eq!(on("2024-06-01", Some(a.payer)), None);
        assert_eq!(on("2026-06-01", None), None);
    });
}

#[test]
fn a_job_is_taken_once_and_comes_back_when_it_fails() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        fixture.write(a.scope(), |tx| job::enqueue(tx, "carry", &7, tx.now() - SignedDuration::from_secs(1)));
        let taken = fixture.write(a.scope(), job::take).unwrap();
        assert_eq!((taken.kind.as_str(), taken.payload::<u32>().unwrap(), taken.attempts), ("carry", 7, 1));
        assert_eq!(fixture.write(a.scope(), job::take), None);
        fixture.write(a.scope(), |tx| job::fail(tx, &taken, "no route"));
        assert_eq!(fixture.read(a.scope(), job::counts), [("waiting".to_owned(), 1)]);
        assert_eq!(fixture.write(a.scope(), job::take), None, "not before its pause is over");
        fixture.write(a.scope(), |tx| job::complete(tx, taken.id));
        assert_eq!(fixture.read(a.scope(), job::counts), [("done".to_owned(), 1)]);
    });
}

#[test]
fn a_built_in_payer_remembers() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        fixture.write(Scope::Installation, |tx| {
            payer::put_plan(tx, a.payer, &"plan", &1)?;
            payer::put_state(tx, a.payer, &2)
        });
        let found = fixture.read(Scope::Installation, |tx| payer::plan::<String, u32>(tx, a.payer));
        assert_eq!(found, Some(("plan".to_owned(), 2)));
    });
}

#[test]
fn the_encounter_list_shows_whom_it_concerns() {
    on_both(|fixture| {
        let a = practice(fixture, "AA");
        fixture.write(a.scope(), |tx| encounter::set_status(tx, a.encounter.id, claim::EncounterStatus::ToCode, ""));
        let all = fixture.read(a.scope(), |tx| encounter::list(tx, &Default::default(), 9, 0));
        assert_eq!((all[0].encounter.number.as_str(), all[0].mrn.as_str()), ("AA-E000001", "M1"));
        assert_eq!((all[0].provider_name.as_str(), all[0].encounter.status.code()), ("Okafor, Ruth", "to_code"));
        assert_eq!(fixture.read(a.scope(), encounter::counts), [(claim::EncounterStatus::ToCode, 1)]);
    });
}
