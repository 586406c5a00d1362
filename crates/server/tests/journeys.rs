//! What people do, through the pages: a pasted note becomes a sent claim, money moves once, and nothing of
//! another client is there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod site;

use axum::http::StatusCode;
use claim::EncounterStatus;
use cycle::demo::Demo;
use site::{Answer, Browser, Site};
use store::{Actor, Scope, StoreError};

const NOTE: &str = "SUBJECTIVE: 58-year-old established patient here for follow-up of hypertension and type 2 diabetes. No chest \
pain. Takes lisinopril and metformin.\n\nOBJECTIVE: BP 142/88. Heart regular. Lungs clear. A1c 7.9 today.\n\nASSESSMENT: 1. \
Essential hypertension, not at goal. 2. Type 2 diabetes mellitus with hyperglycemia.\n\nPLAN: Increase lisinopril to 20 mg. \
Continue metformin. Recheck in three months.";

/// The number of a patient of the client, and the day of the world.
fn patient(site: &Site, code: &str) -> (String, String, String) {
    let client = site.client(code);
    site.db
        .read(&Actor::System("test"), Scope::One(client), |tx| {
            let found = store::patient::find(tx, &store::patient::PatientSearch::default(), 50, 0)?;
            for (_, patient) in found {
                if !store::coverage::in_force(tx, patient.id, tx.today())?.is_empty() {
                    return Ok::<_, StoreError>((patient.mrn, patient.id.to_string(), tx.today().to_string()));
                }
            }
            panic!("nobody is covered")
        })
        .unwrap()
}

async fn paste(browser: &Browser<'_>, mrn: &str, day: &str, is_signed: bool) -> Answer {
    send(browser, mrn, day, is_signed, NOTE, None).await
}

async fn send(
    browser: &Browser<'_>,
    mrn: &str,
    day: &str,
    is_signed: bool,
    text: &str,
    file: Option<(&str, &[u8])>,
) -> Answer {
    let form = browser.get("/encounters/new").await;
    assert_eq!(form.status, StatusCode::OK);
    let options = form.body.split("name=\"provider\"").nth(1).unwrap();
    let options = options.split("</select>").next().unwrap();
    let chosen = if options.contains(" selected") { options.split(" selected").next().unwrap() } else { options };
    let value = |part: &str| part.split('"').next().unwrap().to_owned();
    let provider = if options.contains(" selected") {
        value(chosen.rsplit("value=\"").next().unwrap())
    } else {
        value(chosen.split("value=\"").nth(1).unwrap())
    };
    let signed = if is_signed { "true" } else { "" };
    let fields = [
        ("text", text),
        ("patient", mrn),
        ("served_on", day),
        ("provider", provider.as_str()),
        ("place", "11"),
        ("kind", "progress"),
        ("is_signed", signed),
    ];
    browser.upload("/encounters", &fields, file).await
}

#[cfg(unix)]
#[tokio::test]
async fn a_document_becomes_a_draft_and_is_kept_as_it_came() {
    let site = Site::new("document");
    // Stands in for the program that reads; what it reads is proved beside the program.
    let said = r#"[{"kind":"rtf","text":"Plan: rest","map":[],"about":{"patient_numbers":[],"family":"","given":"","born_on":null,"served_on":null,"author_npi":"","number":""},"hints":[],"left_out":[]}]"#;
    std::fs::write(site.reader(), format!("#!/bin/sh\ncat > /dev/null\necho '{said}'\n")).unwrap();
    std::fs::set_permissions(site.reader(), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let (mrn, _, day) = patient(&site, "CH");
    let desk = site.sign_in("cedar.desk").await;
    let file: &[u8] = b"{\\rtf1 Plan: rest}";
    let sent = send(&desk, &mrn, &day, false, "", Some(("visit.rtf", file))).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let number = sent.location.rsplit('/').next().unwrap().to_owned();
    let client = site.client("CH");
    let (draft, kept, bytes) = site
        .db
        .read(&Actor::System("test"), Scope::One(client), |tx| {
            let visit = store::encounter::by_number(tx, &number)?.unwrap().encounter;
            let kept = store::document::list(tx, Some("note"), 10, 0)?.remove(0);
            let bytes = store::document::bytes(tx, kept.id)?;
            Ok::<_, store::StoreError>((store::note::draft(tx, visit.id)?.unwrap().text, kept, bytes))
        })
        .unwrap();
    assert_eq!((draft.as_str(), bytes.as_slice()), ("Plan: rest", file));
    assert_eq!(kept.name, format!("{number} visit.rtf"));
    let scan = send(&desk, &mrn, &day, false, "", Some(("scan.png", b"\x89PNG\r\n"))).await;
    assert_eq!(scan.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(scan.body.contains("scan.png") && scan.body.contains("a picture"), "{}", scan.body);
}

#[tokio::test]
async fn a_pasted_note_becomes_a_claim_on_its_way() {
    let site = Site::new("paste");
    let (mrn, _, day) = patient(&site, "CH");
    let provider = site.sign_in("cedar.provider").await;
    let created = paste(&provider, &mrn, &day, true).await;
    assert_eq!(created.status, StatusCode::SEE_OTHER, "{}", created.body);
    let visit = created.location.clone();

    let coder = site.sign_in("cedar.coder").await;
    let page = coder.get(&visit).await;
    assert!(page.body.contains("I10") && page.body.contains("<mark data-evidence="), "{}", page.body);
    assert!(page.body.contains("wait for a decision."));
    assert!(page.body.contains("Visit level: 992") && page.body.contains("Two of three elements are"), "{}", page.body);
    let rest = coder.post(&format!("{visit}/decisions"), &[("decision", "rest")]).await;
    assert_eq!(rest.status, StatusCode::SEE_OTHER, "{}", rest.body);
    let added = coder
        .post(
            &format!("{visit}/decisions"),
            &[("decision", "add"), ("code", "36415"), ("reason", "drawn here"), ("pointers", "1")],
        )
        .await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let page = coder.get(&visit).await;
    assert!(!page.body.contains("wait for a decision.") && page.body.contains("Added"), "{}", page.body);
    let finish = format!("{visit}/finish");
    let key = page.key_of(&finish);
    let finished = coder.post(&finish, &[("idempotency", &key)]).await;
    assert_eq!(finished.status, StatusCode::SEE_OTHER, "{}", finished.body);
    let again = coder.post(&finish, &[("idempotency", &key)]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.body);
    let next = coder.get(&again.location).await;
    assert!(next.body.contains("Nothing was done twice."), "{}", next.body);

    let biller = site.sign_in("cedar.biller").await;
    let claims = biller.get("/claims").await;
    let claim = claims.link("/claims/CH");
    let mut page = biller.get(&claim).await;
    if page.body.contains("Override what holds it") {
        let sent = biller.post(&format!("{claim}/send-anyway"), &[("reason", "The test says so")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        page = biller.get(&claim).await;
    }
    let key = page.key_of(&format!("{claim}/send"));
    let sent = biller.post(&format!("{claim}/send"), &[("idempotency", &key)]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let file = biller.get(&format!("{claim}?view=837")).await;
    assert!(file.body.contains("<span class=\"seg\">CLM</span>") && file.body.contains("2400"), "{}", file.body);

    let moved = biller.post("/demo/advance", &[("by", "answer"), ("idempotency", "move-1")]).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.body);
    let told = biller.get(&moved.location).await;
    let told = told.body.split("role=\"status\"").nth(1).unwrap().split("</div>").next().unwrap().to_owned();
    assert!(told.contains("came in") && (told.contains("/documents/") || told.contains("/remittances/")), "{told}");
    let history = biller.get(&format!("{claim}?view=history")).await;
    assert!(history.body.contains("277CA") || history.body.contains("835"), "{}", history.body);
    let manager = site.sign_in("cedar.manager").await;
    for path in ["/manager", "/agreement", "/denials", "/work/denials", "/work/statements"] {
        assert_eq!(manager.get(path).await.status, StatusCode::OK, "{path}");
    }
    assert!(manager.get("/manager").await.body.contains("Holds"));
}

#[tokio::test]
async fn only_its_author_signs_a_note() {
    let site = Site::new("author");
    let (mrn, _, day) = patient(&site, "CH");
    let desk = site.sign_in("cedar.desk").await;
    let signed = paste(&desk, &mrn, &day, true).await;
    assert_eq!(signed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(signed.body.contains("signed by the clinician") && signed.body.contains("not at goal"), "{}", signed.body);
    let draft = paste(&desk, &mrn, &day, false).await;
    assert_eq!(draft.status, StatusCode::SEE_OTHER, "{}", draft.body);
    assert!(desk.get(&draft.location).await.body.contains("Unsigned, not billable"));
    assert_eq!(desk.post(&format!("{}/sign", draft.location), &[]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn bad_notes_get_a_plain_answer_and_leave_nothing() {
    let site = Site::new("bad_notes");
    let (mrn, _, day) = patient(&site, "CH");
    let provider = site.sign_in("cedar.provider").await;
    let large = "a".repeat(cycle::chart::NOTE_BYTES_MAX + 1);
    for (text, file, words) in [
        ("", None, "The note is empty"),
        (large.as_str(), None, "The note has 524289 bytes, and a note is read up to 512 KiB"),
        ("", Some(("scan.pdf", &b"\xff\xfe\x00"[..])), "scan.pdf: plain text, byte 2"),
    ] {
        let fields = [("text", text), ("patient", mrn.as_str()), ("served_on", day.as_str())];
        let answer = provider.upload("/encounters", &fields, file).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(words), "{words}");
    }
    assert!(provider.get("/encounters").await.body.contains("No visit stands here"));
}

#[tokio::test]
async fn money_moves_once_for_a_form_however_often_it_is_sent() {
    let site = Site::new("once");
    let (_, id, _) = patient(&site, "CH");
    let desk = site.sign_in("cedar.desk").await;
    let account = format!("/patients/{id}");
    let action = format!("{account}/payments");
    let key = desk.get(&account).await.key_of(&action);
    let fields = [("amount", "25.00"), ("method", "cash"), ("idempotency", key.as_str())];
    for _ in 0..2 {
        assert_eq!(desk.post(&action, &fields).await.status, StatusCode::SEE_OTHER);
    }
    let client = site.client("CH");
    let payments = site
        .db
        .read(&Actor::System("test"), Scope::One(client), |tx| {
            Ok::<_, StoreError>(store::statement::payments(tx, None, 10, 0)?.len())
        })
        .unwrap();
    assert_eq!(payments, 1);
    // The same key for something else is refused, and no key at all too.
    let other = [("amount", "26.00"), ("method", "cash"), ("idempotency", key.as_str())];
    assert_eq!(desk.post(&action, &other).await.status, StatusCode::CONFLICT);
    assert_eq!(
        desk.post(&action, &[("amount", "26.00"), ("method", "cash")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

/// An 835 for a practice that sent no such claims.
const STRAY: &str = "ISA*00*          *00*          *ZZ*ELSEWHERE      *ZZ*LARKSPUR1      *260105*0900*^*00501*000000901*0*P*:~\
GS*HP*ELSEWHERE*LARKSPUR1*20260105*0900*901*X*005010X221A1~ST*835*0001~BPR*I*75.00*C*CHK************20260105~\
TRN*1*STRAY0001*1999999999~DTM*405*20260105~N1*PR*ELSEWHERE HEALTH~N3*1 MAIN ST~N4*TOWN*KS*66999~PER*BL*CALLS*TE*7855550000~\
N1*PE*SOME PRACTICE*XX*1234567893~LX*1~CLP*NOT-OURS-1*1*100*75*25*12*ICN1*11*1~NM1*QC*1*NOBODY*NORA****MI*X1~\
SVC*HC:99213*100*75**1~DTM*472*20260104~CAS*PR*2*25~SE*17*0001~GE*1*901~IEA*1*000000901~";

#[tokio::test]
async fn a_stray_remittance_says_what_is_unknown_and_how_much_is_held() {
    let site = Site::new("stray");
    let poster = site.sign_in("cedar.poster").await;
    let key = poster.get("/remittances").await.key_of("/remittances");
    let fields = [("idempotency", key.as_str())];
    let npi = site.world.clients.iter().find(|client| client.code == "CH").unwrap().billing.npi.to_string();
    let ours = STRAY.replace("1234567893", &npi);
    let taken = poster.upload("/remittances", &fields, Some(("stray.835", ours.as_bytes()))).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
    let page = poster.get(&taken.location).await;
    for words in ["NOT-OURS-1", "Held unapplied: <strong>75.00</strong>", "Post to this claim", "Balances to the cent"]
    {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(poster.get("/work/parked").await.body.contains("STRAY0001"));
    let again =
        poster.upload("/remittances", &[("idempotency", "another")], Some(("again.835", ours.as_bytes()))).await;
    assert!(poster.get(&again.location).await.body.contains("was here before: nothing was added"));
    // One that pays another practice is held as a whole, and one that is a cent out stays out of the books.
    let strange = STRAY.replace("STRAY0001", "STRAY0002");
    let short = ours.replace("STRAY0001", "STRAY0003").replace("BPR*I*75.00", "BPR*I*74.99");
    for (key, name, file, words) in [
        ("fourth", "strange.835", strange, ["It pays SOME PRACTICE", "Held unapplied: <strong>75.00</strong>"]),
        ("fifth", "short.835", short, ["Does not balance", "Held out of the books: <strong>74.99</strong>"]),
    ] {
        let taken = poster.upload("/remittances", &[("idempotency", key)], Some((name, file.as_bytes()))).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
        let page = poster.get(&taken.location).await;
        for words in words {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
    }
    // What is not ours goes back: out of the unapplied money, and on the list until it has left the bank.
    assert!(poster.get(&taken.location).await.body.contains("Above 50.00 USD a manager sends it back."));
    let manager = site.sign_in("cedar.manager").await;
    let held = manager.get(&taken.location).await;
    let action = format!("{}/items/0/not-ours", taken.location);
    let fields = [("reason", "No such patient"), ("idempotency", &held.key_of(&action))];
    assert_eq!(manager.post(&action, &fields).await.status, StatusCode::SEE_OTHER);
    let page = poster.get(&taken.location).await;
    assert!(page.body.contains("Not ours, goes back") && !page.body.contains("Waiting for you"), "{}", page.body);
    let item = poster.get(&poster.get("/work/other").await.link("/work-items/")).await;
    let action =
        format!("/work-items/{}/sent-back", item.body.split("/work-items/").nth(1).unwrap().split('/').next().unwrap());
    let fields = [("reference", "Check 3001"), ("idempotency", &item.key_of(&action))];
    assert_eq!(poster.post(&action, &fields).await.status, StatusCode::SEE_OTHER);
    let done = poster.get("/work/other").await;
    assert!(done.body.contains("75.00 USD went back.") && !done.body.contains("/work-items/"), "{}", done.body);
    let cut = &STRAY[..400];
    let cut = poster.upload("/remittances", &[("idempotency", "third")], Some(("cut.835", cut.as_bytes()))).await;
    assert_eq!(cut.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", cut.body);
    assert!(cut.body.contains("cut.835: ") && cut.body.contains("Byte"), "{}", cut.body);
    let empty = poster.upload("/remittances", &[("idempotency", "empty")], Some(("empty.835", b""))).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains("empty.835 is empty"), "{}", empty.body);
    let none = poster.upload("/remittances", &[("idempotency", "none")], Some(("", b""))).await;
    assert!(none.body.contains("Choose the file"), "{}", none.body);
}

#[tokio::test]
async fn nothing_of_another_client_is_there() {
    let site = Site::after("other_client", |office, world| {
        for client in &world.clients {
            office
                .db()
                .write(&Actor::System("demo"), Scope::One(client.id), |tx| {
                    cycle::visits::record(
                        tx,
                        world,
                        world.starts_on,
                        world.starts_on.saturating_add(jiff::ToSpan::days(20)),
                    )
                })
                .unwrap();
        }
    });
    let _ = Demo::new(&site.office, &site.world);
    let (_, patient_id, _) = patient(&site, "CH");
    let river = site.sign_in("river.manager").await;
    let river_poster = site.sign_in("river.poster").await;
    let visits = |code: &str| {
        let client = site.client(code);
        let list = |tx: &mut store::Tx<'_>| store::encounter::list(tx, &Default::default(), 500, 0);
        let found: Vec<String> = site
            .db
            .read(&Actor::System("test"), Scope::One(client), list)
            .unwrap()
            .into_iter()
            .map(|r| r.encounter.number)
            .collect();
        found
    };
    let (cedar, own) = (visits("CH"), visits("RB"));
    assert!(!cedar.is_empty());
    for number in cedar.iter().filter(|number| !own.contains(number)) {
        assert_eq!(river.get(&format!("/encounters/{number}")).await.status, StatusCode::NOT_FOUND);
    }
    for path in [format!("/patients/{patient_id}"), format!("/documents/{patient_id}")] {
        let strange = river.get(&path).await;
        let nowhere = river.get("/patients/00000000-0000-7000-8000-000000000000").await;
        assert_eq!((strange.status, &strange.body), (StatusCode::NOT_FOUND, &nowhere.body));
    }
    let pay = [("amount", "5.00"), ("method", "cash"), ("idempotency", "k")];
    let paid = river_poster.post(&format!("/patients/{patient_id}/payments"), &pay).await;
    assert_eq!(paid.status, StatusCode::NOT_FOUND, "{}", paid.body);
    let found = river.get("/search?q=a").await;
    assert_eq!(found.status, StatusCode::OK);
    let statuses =
        site.db.read(&Actor::System("test"), Scope::One(site.client("CH")), store::encounter::counts).unwrap();
    assert!(statuses.iter().all(|(status, _)| *status == EncounterStatus::Unsigned));
}

#[tokio::test]
async fn a_refused_form_comes_back_with_what_was_typed() {
    let site = Site::new("refused");
    let (_, id, _) = patient(&site, "CH");
    let desk = site.sign_in("cedar.desk").await;
    let account = format!("/patients/{id}");
    let action = format!("{account}/payments");
    let fields = [("amount", "twenty"), ("method", "check"), ("reference", "Check 1001"), ("idempotency", "k")];
    let refused = desk.post_from(&account, &action, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in [
        "“twenty” is not an amount such as 25.00. Nothing was changed.",
        "<dt>reference</dt><dd>Check 1001</dd>",
        &format!("data-kept=\"{action}\""),
        &format!("data-page=\"{account}\""),
        "Take a payment",
    ] {
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
    }
    assert!(!refused.body.contains("<dt>csrf</dt>"));
    assert!(!desk.get(&account).await.body.contains("twenty"));
    // From nowhere, or from a page that is not there, the answer stands alone.
    for from in ["", "/nowhere", "/patients/00000000-0000-7000-8000-000000000000"] {
        let refused = desk.post_from(from, &action, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("is not an amount") && !refused.body.contains("data-kept"), "{from}");
    }
    assert!(!desk.get("/").await.body.contains("is not an amount"));
}

#[tokio::test]
async fn an_approved_refund_waits_on_the_account_until_it_left_the_bank() {
    let site = Site::new("refund");
    let (_, id, _) = patient(&site, "CH");
    let account = format!("/patients/{id}");
    let poster = site.sign_in("cedar.poster").await;
    let post = async |action: &str, fields: &[(&str, &str)]| {
        let action = format!("{account}/{action}");
        let key = poster.get(&account).await.key_of(&action);
        let fields: Vec<_> = fields.iter().copied().chain([("idempotency", key.as_str())]).collect();
        poster.post(&action, &fields).await
    };
    assert_eq!(post("payments", &[("amount", "25.00"), ("method", "cash")]).await.status, StatusCode::SEE_OTHER);
    assert!(!poster.get(&account).await.body.contains("/refunds/paid"), "nothing is approved");
    let approved = post("refunds", &[("amount", "25.00"), ("reason", "Paid for another visit")]).await;
    assert_eq!(approved.status, StatusCode::SEE_OTHER, "{}", approved.body);
    assert!(poster.get("/work/other").await.body.contains("the refund of 25.00"));
    // The front desk takes money and gives none back.
    let desk = site.sign_in("cedar.desk").await;
    assert!(!desk.get(&account).await.body.contains("/refunds/paid"));
    let fields = [("amount", "25.00"), ("reference", "check 2001"), ("idempotency", "k1")];
    assert_eq!(desk.post(&format!("{account}/refunds/paid"), &fields).await.status, StatusCode::FORBIDDEN);

    let action = format!("{account}/refunds/paid");
    let key = poster.get(&account).await.key_of(&action);
    let paid = [("amount", "25.00"), ("reference", "check 2001"), ("idempotency", key.as_str())];
    for said in ["25.00 USD are paid back with check 2001", "Nothing was done twice"] {
        assert_eq!(poster.post(&action, &paid).await.status, StatusCode::SEE_OTHER);
        let page = poster.get(&account).await.body;
        assert!(page.contains(said) && page.contains("Refund paid, check 2001"), "{page}");
    }
    assert!(!poster.get("/work/other").await.body.contains("the refund of"));
    let client = site.client("CH");
    let bank = site.db.read(&Actor::System("test"), Scope::One(client), |tx| {
        let audited = store::audit::verify(tx)?;
        assert!(audited.breaks.is_empty());
        store::ledger::trial_balance(tx, tx.today())
    });
    let bank: Vec<_> = bank.unwrap().into_iter().filter(|(a, _)| *a == ledger::Account::Bank).collect();
    assert_eq!(bank, [(ledger::Account::Bank, claim::Money::from_cents(-2_500))]);
}
