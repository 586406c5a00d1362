//! The commands that work on the database, as people run them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod place;

use std::{io::Write as _, process::Stdio};

use place::{Folder, PRACTICE};
use serde_json::Value;

fn value(text: &str) -> Value {
    serde_json::from_str(text.lines().next().unwrap()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn an_empty_installation_is_set_up_without_the_demo() {
    let folder = Folder::empty("setup");
    assert!(folder.run(0, &["client", "list"]).contains("There is no client yet"));
    assert!(folder.run(0, &PRACTICE).contains("Client NS was added"));
    assert!(folder.run(2, &PRACTICE).contains("there is a client NS already: nothing was changed"));
    let payer = [
        "payer",
        "add",
        "12345",
        "--name",
        "Plain PPO",
        "--kind",
        "ppo",
        "--address",
        "PO Box 1, Springfield, IL 62701",
    ];
    folder.run(0, &payer);
    assert!(folder.run(2, &payer).contains("payer 12345 is Plain PPO already"));
    assert!(folder.run(0, &["payer", "list"]).starts_with("12345: Plain PPO, ppo; file in 365 days"));
    let clients = value(&folder.run(0, &["client", "list", "--format", "json"]));
    assert_eq!(clients[0]["billing"]["address"]["zip"], "627010001");
    assert_eq!(clients[0]["settings"]["clia"], "14D0000001");
    let id: claim::ClientId = clients[0]["id"].as_str().unwrap().parse().unwrap();
    let mut bad = PRACTICE;
    bad[6] = "1234567890";
    assert!(folder.run(2, &bad).contains("valid check digit"));
    folder.run(0, &["user", "add", "ann", "--name", "Ann Other"]);
    let clinician = [
        "client",
        "provider",
        "NS",
        "1000000004",
        "--first",
        "Ann",
        "--last",
        "Other",
        "--credential",
        "MD",
        "--taxonomy",
        "207Q00000X",
        "--login",
        "ann",
    ];
    assert!(folder.run(0, &clinician).contains("Ann Other, MD was added"));
    assert!(folder.run(2, &clinician).contains("NPI 1000000004 already"));
    let fees = folder.write("fees.csv", "procedure,modifier,charge\n99213,,150.00\n99214,,220.00\n");
    assert!(folder.run(0, &["client", "charges", "NS", &fees, "--from", "2026-01-01"]).contains("2 charges hold"));
    let torn = folder.write("torn.csv", "procedure,modifier,charge\n99213,,15o.00\n");
    assert!(folder.run(2, &["client", "charges", "NS", &torn, "--from", "2026-01-01"]).contains("torn.csv, line 2"));
    let priced = folder.open().read(&store::Actor::System("test"), store::Scope::Read(vec![id]), |tx| {
        let all = store::tariff::list(tx)?;
        let clinicians = store::provider::list(tx)?;
        Ok::<_, store::StoreError>((all.len(), clinicians[0].user_id.is_some()))
    });
    assert_eq!(priced.unwrap(), (1, true));
    assert!(folder.run(0, &["ledger", "verify"]).contains("the books hold"));
    assert!(folder.run(0, &["doctor"]).contains("NS: they hold"));
}

#[test]
fn accounts_are_made_given_roles_and_closed() {
    let folder = Folder::lived("accounts");
    let made = folder.run(0, &["user", "add", "Ann.Other", "--name", "Ann Other"]);
    let first = made.split("shown this once: ").nth(1).unwrap().trim();
    let hash = || {
        folder.open().read(&store::Actor::System("test"), store::Scope::Installation, |tx| {
            store::user::by_login(tx, "ann.other").map(|user| user.unwrap().password_hash)
        })
    };
    assert!(server::password::verify(first, &hash().unwrap()));
    assert!(folder.run(2, &["user", "add", "ann.other", "--name", "Another"]).contains("already: nothing was changed"));

    let mut child = folder.command(&["user", "password", "ann.other", "--password-file", "-"]);
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"a long enough sentence\n").unwrap();
    let said = place::text(&child.wait_with_output().unwrap());
    assert!(said.contains("was replaced") && !said.contains("sentence"), "{said}");
    assert!(server::password::verify("a long enough sentence", &hash().unwrap()));
    let short = folder.write("short", "short");
    let refused = folder.run(2, &["user", "password", "ann.other", "--password-file", &short]);
    assert!(refused.contains("15 to 128 characters"), "{refused}");
    assert!(server::password::verify("a long enough sentence", &hash().unwrap()));

    folder.run(0, &["user", "grant", "ann.other", "ch", "front-desk"]);
    folder.run(0, &["user", "grant", "ann.other", "RB", "coder"]);
    folder.run(0, &["user", "revoke", "ann.other", "RB", "coder"]);
    folder.run(0, &["user", "disable", "ann.other"]);
    let listed = folder.run(0, &["user", "list"]);
    assert!(listed.contains("ann.other (closed): Ann Other; CH front_desk\n"), "{listed}");
    assert!(
        folder
            .run(2, &["user", "grant", "ann.other", "ZZ", "coder"])
            .contains("there is no client ZZ; there are CH, RB")
    );
    assert!(folder.run(2, &["user", "enable", "nobody"]).contains("there is no account nobody"));
}

#[test]
fn a_remittance_is_posted_once() {
    let folder = Folder::lived("post");
    let (path, words) = folder.fresh_835();
    let path = path.to_str().unwrap();
    let sent = &exchange::read_835(words.as_bytes()).unwrap()[0];
    let posted = value(&folder.run(0, &["post", path, "--client", "CH", "--format", "json"]));
    assert_eq!(posted["remittances"][0]["claims_posted"], sent.claims.len(), "{posted}");
    assert_eq!(posted["remittances"][0]["held_unapplied"], "0.00", "{posted}");
    assert_eq!(posted["remittances"][0]["amount"], sent.amount.to_decimal());
    let before = folder.run(0, &["ledger", "verify"]);
    let again = folder.run(1, &["post", path, "--client", "CH"]);
    assert!(again.contains("taken in before: nothing added"), "{again}");
    // The same payment in other bytes.
    let wrapped = folder.write("again.835", words.replacen("000000", "000009", 1));
    let again = folder.run(1, &["post", &wrapped, "--client", "CH"]);
    assert!(again.contains("known before: nothing added"), "{again}");
    assert_eq!(folder.run(0, &["ledger", "verify"]), before);
}

#[test]
fn what_does_not_add_up_or_is_unknown_is_held_back() {
    let folder = Folder::lived("held");
    let (_, words) = folder.fresh_835();
    let amount = exchange::read_835(words.as_bytes()).unwrap()[0].amount;
    let bpr = |cents: i64| format!("BPR*I*{}*", (amount + claim::Money::from_cents(cents)).to_x12());
    let before = folder.run(0, &["ledger", "verify", "--format", "json"]);
    let cent = folder.write("cent.835", words.replacen(&bpr(0), &bpr(1), 1));
    let parked = folder.run(1, &["post", &cent, "--client", "CH"]);
    assert!(parked.contains("Payment trace") && parked.contains("(difference 0.01)"), "{parked}");
    assert!(parked.contains("Nothing of it is posted"), "{parked}");
    assert_eq!(folder.run(0, &["ledger", "verify", "--format", "json"]), before);

    let elsewhere = words.replacen("TRN*1*", "TRN*1*9", 1).replace("CLP*CH", "CLP*XX");
    let elsewhere = folder.write("elsewhere.835", elsewhere);
    let unknown = folder.run(1, &["post", &elsewhere, "--client", "CH"]);
    assert!(unknown.contains("No claim of this practice has the number XX"), "{unknown}");
    assert!(unknown.contains(&format!("{amount} is held unapplied")), "{unknown}");
    let other = folder.run(1, &["post", &elsewhere, "--client", "RB"]);
    assert!(other.contains("not Riverbend Physical Therapy") && other.contains("held unapplied"), "{other}");
    folder.run(0, &["ledger", "verify"]);
    let several = folder.run(2, &["post", &elsewhere]);
    assert!(several.contains("say which one the files are for with --client"), "{several}");
}

#[test]
fn a_moved_cent_breaks_the_proof() {
    let folder = Folder::lived("cent");
    assert!(folder.run(0, &["ledger", "verify"]).contains("trial balance 0.00"));
    let charge = "(SELECT transaction_id || line FROM ledger_entry WHERE account = 'CHARGES' ORDER BY 1 LIMIT 1)";
    folder.tamper(&format!(
        "DROP TRIGGER ledger_entry_refuses_UPDATE; \
         UPDATE ledger_entry SET amount_cents = amount_cents + 1 WHERE transaction_id || line = {charge}"
    ));
    let broken = folder.run(1, &["ledger", "verify"]);
    assert!(broken.contains("the books do not hold") && broken.contains("breach I0"), "{broken}");
    let doctor = value(&folder.run(1, &["doctor", "--format", "json"]));
    assert_eq!(doctor["status"], "fail");
    let books = doctor["checks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|check| check["check"] == "books" && check["status"] == "fail");
    assert!(books.is_some(), "{doctor}");
}

#[test]
fn a_changed_audit_row_is_named() {
    let folder = Folder::lived("audit");
    assert!(folder.run(0, &["audit", "verify"]).ends_with("the audit log holds\n"));
    let row = "(SELECT id FROM audit_row WHERE action = 'client.insert' ORDER BY id LIMIT 1)";
    folder.tamper(&format!(
        "DROP TRIGGER audit_row_refuses_UPDATE; UPDATE audit_row SET actor = 'user:nobody' WHERE id = {row}"
    ));
    let broken = value(&folder.run(1, &["audit", "verify", "--format", "json"]));
    assert_eq!(broken["holds"], false);
    let first = broken["chains"][0]["breaks"][0].as_str().unwrap().to_owned();
    assert!(first.contains("row ") && first.ends_with("was changed"), "{first}");
    assert!(folder.run(1, &["audit", "verify"]).contains(&format!("first at installation: {first}")));
    assert!(folder.run(1, &["doctor"]).contains("FAIL audit"));
}

#[test]
fn balances_are_those_of_a_day() {
    let folder = Folder::lived("balance");
    let early =
        value(&folder.run(0, &["ledger", "balance", "--client", "CH", "--as-of", "2025-01-01", "--format", "json"]));
    assert_eq!(early["accounts"].as_array().unwrap().len(), 0, "{early}");
    let now = value(&folder.run(0, &["ledger", "balance", "--client", "CH", "--format", "json"]));
    let cents = |v: &Value| claim::Money::parse_decimal(v.as_str().unwrap()).unwrap();
    let accounts = now["accounts"].as_array().unwrap();
    assert!(accounts.len() > 3, "{now}");
    assert!(accounts.iter().map(|account| cents(&account["amount"])).sum::<claim::Money>().is_zero(), "{now}");
    let receivable = accounts.iter().find(|account| account["account"] == "AR-INS").unwrap();
    let buckets = now["insurance"]["buckets"].as_array().unwrap();
    let open: claim::Money = buckets.iter().map(cents).sum::<claim::Money>() + cents(&now["insurance"]["credits"]);
    assert_eq!(open, cents(&receivable["amount"]));
}

#[test]
fn the_commands_work_on_postgresql() {
    let Ok(server) = std::env::var("SUPERBILL_TEST_POSTGRES") else {
        eprintln!("SKIPPED on PostgreSQL: SUPERBILL_TEST_POSTGRES is not set");
        return;
    };
    let sql = |text: &str| postgres::Client::connect(&server, postgres::NoTls).unwrap().batch_execute(text).unwrap();
    let name = format!("superbill_cli_{}", std::process::id());
    sql(&format!("CREATE DATABASE {name}"));
    let url = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
    let folder = Folder::lived("postgres");
    let (path, _) = folder.fresh_835();
    let on_server = |status: i32, arguments: &[&str]| {
        let mut all = arguments.to_vec();
        all.extend(["--database", &url]);
        folder.run(status, &all)
    };
    on_server(0, &PRACTICE);
    assert!(on_server(2, &PRACTICE).contains("already"));
    on_server(0, &["user", "add", "ann", "--name", "Ann Other"]);
    on_server(0, &["user", "grant", "ann", "NS", "poster"]);
    assert!(on_server(0, &["user", "list"]).contains("ann: Ann Other; NS poster"));
    let parked = on_server(1, &["post", path.to_str().unwrap()]);
    assert!(parked.contains("not North Street Clinic") && parked.contains("held unapplied"), "{parked}");
    assert!(on_server(1, &["post", path.to_str().unwrap()]).contains("taken in before: nothing added"));
    assert!(on_server(0, &["ledger", "verify"]).contains("the books hold"));
    assert!(on_server(0, &["audit", "verify"]).contains("the audit log holds"));
    assert!(on_server(0, &["doctor"]).contains("ok   audit"));
    sql(&format!("DROP DATABASE {name} WITH (FORCE)"));
}
