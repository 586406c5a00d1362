//! `superbill adjudicate`: the payer's side, files in and files out.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use cycle::desk::{Answers, Desk};
use jiff::civil::Date;
use payer::{Plan, State};

use crate::input::{Outcome, line, name, read, today};
use crate::place::Place;

#[derive(Args)]
pub struct Adjudicate {
    /// 837P files, in the order they arrive.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// A plan folder, or a folder of plan folders (see docs/plan-format.md).
    #[arg(long)]
    plans: PathBuf,
    /// Where the answers go.
    #[arg(long)]
    out: PathBuf,
    /// The day of the answers; today when absent.
    #[arg(long)]
    on: Option<Date>,
    #[command(flatten)]
    place: Place,
}

impl Adjudicate {
    pub fn run(self) -> Result<Outcome> {
        let on = self.on.unwrap_or_else(today);
        let library = crate::codes::library(&self.place)?;
        let mut desks = Vec::new();
        for folder in plan_folders(&self.plans)? {
            let plan = read_plan(&folder)?;
            let mut desk = Desk::new(plan, State::new());
            for path in history(&folder)? {
                desk.take_history(&read(&path)?, &library, on).with_context(|| name(&path))?;
            }
            desks.push(desk);
        }
        std::fs::create_dir_all(&self.out).with_context(|| format!("{} cannot be made", self.out.display()))?;
        let mut refused = false;
        for path in &self.files {
            let bytes = read(path)?;
            let addressed = cycle::desk::addressed_payers(&bytes).with_context(|| name(path))?;
            let Some(desk) = desks.iter_mut().find(|d| addressed.iter().any(|p| p == d.payer_number())) else {
                bail!(
                    "{}: no plan for payer {}; the plans at hand are for {}",
                    name(path),
                    addressed.join(", "),
                    desks.iter().map(Desk::payer_number).collect::<Vec<_>>().join(", ")
                );
            };
            let answers = desk.answer(&bytes, &library, on).with_context(|| name(path))?;
            refused |= answers.refused > 0;
            write(&self.out, path, &answers)?;
        }
        for desk in &mut desks {
            for (file_name, bytes) in desk.pay(&library, on)? {
                write_one(&self.out.join(file_name), &bytes)?;
            }
        }
        Ok(Outcome::found(refused))
    }
}

fn write(out: &Path, source: &Path, answers: &Answers) -> Result<()> {
    let stem = source.file_stem().and_then(|s| s.to_str()).unwrap_or("stdin");
    for (kind, bytes) in &answers.files {
        write_one(&out.join(format!("{stem}.{kind}")), bytes)?;
    }
    line(format!("{}: {} accepted, {} refused", name(source), answers.accepted, answers.refused))
}

fn write_one(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("{} cannot be written", path.display()))?;
    line(format!("  wrote {}", path.display()))
}

fn plan_folders(root: &Path) -> Result<Vec<PathBuf>> {
    if root.join("plan.toml").is_file() {
        return Ok(vec![root.to_owned()]);
    }
    let entries = std::fs::read_dir(root).with_context(|| format!("{} cannot be read", root.display()))?;
    let mut folders = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.join("plan.toml").is_file() {
            folders.push(path);
        }
    }
    folders.sort();
    if folders.is_empty() {
        bail!("{} holds no plan: expected plan.toml in it or in folders of it (docs/plan-format.md)", root.display());
    }
    Ok(folders)
}

fn read_plan(folder: &Path) -> Result<Plan> {
    let text = |file: &str| {
        let path = folder.join(file);
        std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))
    };
    Plan::parse(&text("plan.toml")?, &text("members.csv")?, &text("fees.csv")?)
        .with_context(|| folder.display().to_string())
}

fn history(folder: &Path) -> Result<Vec<PathBuf>> {
    let folder = folder.join("history");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&folder)?.map(|e| e.map(|e| e.path())).collect::<std::io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|e| e == "837"));
    files.sort();
    Ok(files)
}
