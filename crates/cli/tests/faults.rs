//! Bad input and bad days: each fault gets a plain message, a status other than zero, and nothing is lost.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod place;

use std::process::Command;

use place::Folder;

#[test]
fn two_processes_do_not_share_a_folder() {
    let folder = Folder::lived("two");
    let held = folder.open();
    let named = format!("the data folder {} is in use by another superbill process", folder.data().display());
    for command in [vec!["ledger", "verify"], vec!["user", "list"], vec!["audit", "verify"], vec!["demo", "--exit"]] {
        let refused = folder.run(2, &command);
        assert!(refused.contains(&named) && refused.contains("--data"), "{refused}");
    }
    assert!(folder.run(1, &["doctor"]).contains(&named));
    drop(held);
    folder.run(0, &["ledger", "verify"]);
}

/// What a release touches is asked while people work.
#[test]
fn the_impact_of_an_edition_is_told_beside_a_working_application() {
    let folder = Folder::lived("beside");
    let alone = folder.run(1, &["codes", "impact", "2026-04"]);
    assert!(alone.contains("487 added, 28 removed"), "{alone}");
    let held = folder.open();
    assert_eq!(folder.run(1, &["codes", "impact", "2026-04"]), alone);
    drop(held);
    std::fs::remove_file(folder.key()).unwrap();
    assert!(folder.run(2, &["codes", "impact", "2026-04"]).contains("is not there: put it back"));
    assert!(!folder.key().exists(), "a new key would hide that the old one is lost");
}

#[test]
fn the_wrong_key_and_a_lost_key_are_told_apart() {
    let folder = Folder::lived("key");
    let right = std::fs::read(folder.key()).unwrap();
    std::fs::remove_file(folder.key()).unwrap();
    let lost = folder.run(2, &["ledger", "verify"]);
    assert!(lost.contains("is not there: put it back"), "{lost}");
    assert!(!folder.key().exists(), "a new key would hide that the old one is lost");
    let other = folder.write("other", "ab".repeat(32));
    let wrong = folder.run(2, &["ledger", "verify", "--key", &other]);
    assert!(wrong.contains("does not belong to this database") && wrong.contains(&other), "{wrong}");
    let torn = folder.write("torn", "abc");
    assert!(folder.run(2, &["ledger", "verify", "--key", &torn]).contains("expected 64 hexadecimal digits"));
    let elsewhere = folder.write("elsewhere", right);
    folder.run(0, &["ledger", "verify", "--key", &elsewhere]);
}

#[test]
fn a_newer_database_is_left_alone() {
    let folder = Folder::lived("newer");
    folder.tamper("INSERT INTO migration (number) VALUES (99)");
    let refused = folder.run(2, &["ledger", "verify"]);
    assert!(refused.contains("has schema 99") && refused.contains("install the newer version"), "{refused}");
}

#[test]
fn a_server_that_does_not_answer_is_named_without_its_password() {
    let folder = Folder::empty("server");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for address in [
        format!("postgres://ann:s3cr3t-word@127.0.0.1:{closed}/bills"),
        format!("host=127.0.0.1 port={closed} user=ann password=s3cr3t-word dbname=bills"),
        "postgres://ann:s3cr3t-word@far.example/bills".to_owned(),
        "postgres://ann:s3cr3t-word@127.0.0.1:port/bills".to_owned(),
    ] {
        let refused = folder.run(2, &["user", "list", "--database", &address]);
        assert!(refused.contains("cannot be opened") && !refused.contains("s3cr3t-word"), "{refused}");
    }
}

#[test]
fn files_that_cannot_be_read_change_nothing() {
    let folder = Folder::lived("cut");
    let (good, words) = folder.fresh_835();
    let before = folder.run(0, &["ledger", "verify"]);
    let cut = folder.write("cut.835", &words.as_bytes()[..words.len() / 2]);
    let letter = folder.write("letter.835", "Dear practice, we paid.");
    let claims = place::files(&folder.data()).into_iter().find(|path| path.extension().is_some_and(|e| e == "837"));
    let claims = claims.unwrap();
    let claim_words = std::fs::read(&claims).unwrap();
    let cut_claims = folder.write("cut.837", &claim_words[..claim_words.len() / 2]);
    let wrong_kind = claims.to_str().unwrap().to_owned();
    let kind = "holds professional claims";
    for (file, place) in [(&cut, "byte"), (&letter, "byte 0"), (&cut_claims, kind), (&wrong_kind, kind)] {
        let refused = folder.run(2, &["post", file, "--client", "CH"]);
        assert!(refused.contains(file.as_str()) && refused.contains(place), "{refused}");
    }
    assert!(
        folder.run(2, &["post", "no-such-file.835", "--client", "CH"]).contains("no-such-file.835 cannot be opened")
    );
    assert_eq!(folder.run(0, &["ledger", "verify"]), before);
    // One bad file does not keep a good one out, and is told by the status.
    let mixed = folder.run(2, &["post", &cut, good.to_str().unwrap(), "--client", "CH"]);
    assert!(mixed.contains("claims posted") || mixed.contains("1 claim posted"), "{mixed}");
    folder.run(0, &["ledger", "verify"]);
}

#[test]
fn notes_that_cannot_be_coded_say_so() {
    let folder = Folder::empty("notes");
    let code = |name: &str, words: &[u8]| {
        let note = folder.write(name, words);
        let output =
            Command::new(env!("CARGO_BIN_EXE_superbill")).args(["code", &note, "--dos", "2026-03-02"]).output();
        let output = output.unwrap();
        (output.status.code(), place::text(&output))
    };
    let (status, said) = code("empty.txt", b"");
    assert!(status == Some(1) && said.contains("empty.txt") && said.contains("no words to code from"), "{said}");
    let spanish = "El paciente refiere dolor de garganta desde hace tres días, sin fiebre. No hay tos. Plan: líquidos y \
                   control en una semana. La exploración es normal. El paciente está de acuerdo con el plan y con la \
                   visita para el lunes.";
    let (status, said) = code("spanish.txt", spanish.as_bytes());
    assert!(status == Some(1) && said.contains("spanish.txt") && said.contains("in English"), "{said}");
    let megabyte = "Cough for three days, no fever. Lungs are clear.\n".repeat(21_500);
    let (status, said) = code("megabyte.txt", megabyte.as_bytes());
    assert!(status == Some(2) && said.contains("megabyte.txt") && said.contains("read up to 512 KiB"), "{said}");
    assert!(said.contains("the note of each visit by itself"), "{said}");
}

/// A disk with `spare` bytes left beyond the folder's files: what `post` says there and how it ends; then, with room
/// again on the same disk, what the books say and what posting the same file says.
fn post_on_a_small_disk(folder: &Folder, spare: u64, file: &str) -> Option<(String, [String; 3])> {
    let size: u64 =
        place::files(&folder.data()).iter().map(|p| p.metadata().unwrap().len().next_multiple_of(4096)).sum();
    let script = r#"
        mount -t tmpfs -o size="$SIZE" tmpfs "$DISK" || exit 77
        cp -r "$DATA"/superbill.db "$DISK" || exit 78
        "$BIN" post "$FILE" --client CH --data "$DISK" 2>&1; echo "status $?"; echo ----
        mount -o remount,size=256m "$DISK"
        "$BIN" ledger verify --data "$DISK" 2>&1; echo "status $?"; echo ----
        "$BIN" audit verify --data "$DISK" 2>&1; echo "status $?"; echo ----
        "$BIN" post "$FILE" --client CH --data "$DISK" 2>&1; echo "status $?"
    "#;
    let disk = folder.0.join("disk");
    std::fs::create_dir_all(&disk).unwrap();
    let output = Command::new("unshare")
        .args(["--mount", "--map-root-user", "--user", "sh", "-c", script])
        .env("SIZE", (size + spare).to_string())
        .env("DISK", &disk)
        .env("DATA", folder.data())
        .env("BIN", env!("CARGO_BIN_EXE_superbill"))
        .env("FILE", file)
        .env("XDG_CONFIG_HOME", folder.0.join("config"))
        .output()
        .ok()?;
    let said = place::text(&output);
    let mut parts = said.split("----\n").map(str::to_owned);
    match (output.status.code(), parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(0), Some(full), Some(books), Some(audit), Some(again)) => Some((full, [books, audit, again])),
        _ => None,
    }
}

#[test]
fn a_full_disk_changes_nothing() {
    let folder = Folder::lived("full");
    // Everything into one file, so that its size is the size of the records.
    folder.tamper("PRAGMA wal_checkpoint(TRUNCATE); VACUUM");
    for path in ["superbill.db-wal", "superbill.db-shm", "lock"] {
        let _ = std::fs::remove_file(folder.data().join(path));
    }
    let exchange = folder.data().join("exchange");
    let (fresh, words) = folder.fresh_835();
    let file = folder.write("fresh.835", words);
    drop(fresh);
    std::fs::remove_dir_all(exchange).unwrap();
    if post_on_a_small_disk(&folder, 64 << 20, &file).is_none() {
        eprintln!("SKIPPED a full disk: this system lets no test mount a small one");
        return;
    }
    let mut was_full = 0;
    for spare in (0..24).map(|step| step * 16 * 1024) {
        let (full, [books, audit, again]) = post_on_a_small_disk(&folder, spare, &file).unwrap();
        assert!(books.contains("the books hold") && books.contains("status 0"), "{spare}: {books}");
        assert!(audit.contains("the audit log holds"), "{spare}: {audit}");
        if full.contains("status 0") {
            assert!(again.contains("nothing added"), "{spare}: {again}");
        } else {
            was_full += 1;
            assert!(full.contains("full") && full.contains("status 2"), "{spare}: {full}");
            assert!(again.contains(": posted") && again.contains("status 0"), "{spare}: {again}");
        }
    }
    assert!(was_full > 0, "the disk was never full");
}

#[test]
fn the_doctor_says_what_to_look_at() {
    let folder = Folder::lived("doctor");
    let examine = |status: i32| -> serde_json::Value {
        serde_json::from_str(&folder.run(status, &["doctor", "--format", "json"])).unwrap()
    };
    let of = |report: &serde_json::Value, check: &str| {
        let found = report["checks"].as_array().unwrap().iter().find(|one| one["check"] == check).unwrap().clone();
        (found["status"].as_str().unwrap().to_owned(), found["message"].as_str().unwrap().to_owned())
    };
    let well = examine(0);
    for check in ["data folder", "database", "key", "clock", "codes", "exchange", "outbox", "audit", "books"] {
        assert_eq!(of(&well, check).0, "ok", "{check}: {well}");
    }
    assert!(!of(&well, "exchange").1.starts_with('0'), "{well}");

    let refused = folder.data().join("exchange/CH/HMB05/in/refused");
    std::fs::create_dir_all(&refused).unwrap();
    std::fs::write(refused.join("letter.835"), "Dear practice").unwrap();
    folder.tamper("UPDATE outbox SET state = 'waiting', error = 'the folder is read-only' WHERE id = (SELECT MIN(id) FROM outbox)");
    let ill = examine(0);
    assert_eq!(ill["status"], "warn");
    assert!(of(&ill, "exchange").1.contains("HMB05/in/refused"), "{ill}");
    assert!(of(&ill, "outbox").1.contains("1 of 1 files could not be carried: the folder is read-only"), "{ill}");

    #[cfg(unix)]
    {
        folder.allow_key(0o644);
        assert!(of(&examine(0), "key").1.contains("can be read by others"));
    }
    std::fs::create_dir_all(folder.data().join("keys")).unwrap();
    let inside = folder.data().join("keys/key");
    std::fs::copy(folder.key(), &inside).unwrap();
    let said = folder.run(0, &["doctor", "--key", inside.to_str().unwrap()]);
    assert!(said.contains("lies in the data folder"), "{said}");

    let nothing = Folder::empty("nothing");
    assert!(nothing.run(0, &["doctor"]).contains("there is none in"));
    assert!(!nothing.data().exists(), "the doctor makes nothing");
    let file = Folder::empty("file");
    file.write("data", "no folder");
    assert!(file.run(1, &["doctor"]).contains("is a file"));
}
