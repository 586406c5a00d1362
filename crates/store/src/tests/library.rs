//! What people keep about the code library.

use claim::UserId;
use jiff::civil::date;

use super::{on_both, practice};
use crate::{
    Role, Scope, StoreError, bulletin,
    bulletin::BulletinKind,
    favourite, pack,
    pack::KeptPack,
    release,
    user::{self, User},
};

fn coder(tx: &mut crate::Tx<'_>, login: &str) -> crate::Result<UserId> {
    let id: UserId = tx.new_id()?;
    let (name, created_at) = (format!("{login} of the coders"), tx.now());
    let password_hash = String::new();
    let login = login.to_owned();
    user::insert(tx, &User { id, login, name, title: String::new(), is_active: true, created_at, password_hash })?;
    Ok(id)
}

#[test]
fn packs_are_kept_once_for_other_nodes() {
    on_both(|fixture| {
        let kept = KeptPack {
            system: "hcpcs".into(),
            file: "2026-04-01_all_1.pack".into(),
            sha256: "ab12".into(),
            imported_on: date(2026, 4, 2),
        };
        fixture.write(Scope::Installation, |tx| pack::keep(tx, &kept, b"rows"));
        // The second node keeps the same file: nothing changes, and nothing is said to have changed.
        fixture.write(Scope::Installation, |tx| pack::keep(tx, &kept, b"other bytes"));
        let (all, bytes) = fixture
            .read(Scope::Installation, |tx| Ok((pack::list(tx)?, pack::bytes(tx, "hcpcs", "2026-04-01_all_1.pack")?)));
        assert_eq!((all, bytes.as_slice()), (vec![kept.clone()], &b"rows"[..]));
        let missing = fixture.read(Scope::Installation, |tx| Ok(pack::bytes(tx, "hcpcs", "none.pack")));
        assert!(matches!(missing, Err(StoreError::NotFound { .. })));
    });
}

#[test]
fn favourites_are_a_persons_and_acknowledgements_a_clients() {
    on_both(|fixture| {
        let (one, other) = (practice(fixture, "CH"), practice(fixture, "RF"));
        let (ann, ben) = fixture.write(Scope::Installation, |tx| Ok((coder(tx, "ann")?, coder(tx, "ben")?)));
        let day = date(2026, 10, 1);
        fixture.write(one.scope(), |tx| {
            user::grant(tx, ann, one.client, Role::Coder)?;
            for code in ["M1711", "I10", "I10"] {
                if !favourite::list(tx, ann)?.contains(&code.to_owned()) {
                    favourite::add(tx, ann, code)?;
                }
            }
            favourite::add(tx, ben, "E119")?;
            release::acknowledge(tx, ann, "icd10cm", day)?;
            release::acknowledge(tx, ann, "icd10cm", day)
        });
        let seen = |scope| fixture.read(scope, |tx| Ok((favourite::list(tx, ann)?, release::acknowledged(tx, ann)?)));
        let codes = vec!["I10".to_owned(), "M1711".to_owned()];
        assert_eq!(seen(one.scope()), (codes.clone(), vec![("icd10cm".to_owned(), day)]));
        assert_eq!(seen(other.scope()), (codes, vec![]));
        fixture.write(one.scope(), |tx| favourite::remove(tx, ann, "I10"));
        assert_eq!(seen(one.scope()).0, ["M1711"]);
    });
}

#[test]
fn bulletins_say_who_read_them() {
    on_both(|fixture| {
        let (one, other) = (practice(fixture, "CH"), practice(fixture, "RF"));
        let ann = fixture.write(Scope::Installation, |tx| coder(tx, "ann"));
        let id = fixture.write(one.scope(), |tx| {
            bulletin::publish(tx, BulletinKind::Payer, Some(one.payer), "Prior approval", "From March on.")
        });
        fixture.write(one.scope(), |tx| bulletin::read(tx, id, ann));
        fixture.write(one.scope(), |tx| bulletin::read(tx, id, ann));
        let (all, read) = fixture.read(one.scope(), |tx| Ok((bulletin::list(tx, 10)?, bulletin::receipts(tx)?)));
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].title.as_str(), all[0].body.as_str()), ("Prior approval", "From March on."));
        assert_eq!(
            read.iter().map(|r| (r.bulletin_id, r.name.as_str())).collect::<Vec<_>>(),
            [(id, "ann of the coders")]
        );
        assert!(fixture.read(other.scope(), |tx| bulletin::list(tx, 10)).is_empty());
        let strange = fixture.db.write(&super::ACTOR, other.scope(), |tx| bulletin::read(tx, id, ann));
        assert!(matches!(strange, Err(StoreError::NotFound { .. })), "{strange:?}");
    });
}
