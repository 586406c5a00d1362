//! `superbill serve`: the application over HTTP.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use clap::Args;
use cycle::office::Office;
use server::app::{App, DemoLogins, Live};
use store::Db;

use crate::{
    codes::{Shelf, watch},
    input::{Outcome, line},
    place::Place,
};

/// The port served when nobody says another.
const PORT: u16 = 8370;

/// Serve the application.
#[derive(Args)]
pub struct Serve {
    #[command(flatten)]
    place: Place,
    /// Address and port. Other than loopback needs --behind-proxy.
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// A proxy on the way in speaks TLS; cookies then travel encrypted only.
    #[arg(long)]
    behind_proxy: bool,
    /// Word vectors as text (word2vec, GloVe, fastText) that order offers and alternatives.
    #[arg(long, value_name = "FILE")]
    vectors: Option<PathBuf>,
}

impl Serve {
    pub fn run(self) -> Result<Outcome> {
        if let Some(address) = self.listen.filter(|address| !address.ip().is_loopback() && !self.behind_proxy) {
            bail!(
                "{address} is not loopback, and nothing would encrypt the way there: put a proxy that speaks TLS in \
                 front and say --behind-proxy, or serve on 127.0.0.1"
            );
        }
        let (db, folder) = self.place.open()?;
        let shelf = shelf(&self.place, &db)?;
        let library = Arc::new(shelf.library()?);
        let office =
            Office::new(db.clone(), Arc::clone(&library), folder.join("exchange")).with_reader(crate::code::reader()?);
        let app =
            App::new(db, library).with_office(office).with_likeness(crate::code::likeness(self.vectors.as_deref())?);
        let app = if self.behind_proxy { app.behind_tls() } else { app };
        listen(app, shelf, self.listen, |address| line(format!("Superbill serves http://{address}/ (Ctrl-C stops it)")))
    }
}

/// The shelf of an installation whose database is open.
///
/// # Errors
/// When the folder or the server cannot be used.
pub fn shelf(place: &Place, db: &Db) -> Result<Shelf> {
    Shelf::with(&place.folder()?, place.has_server().then(|| db.clone()))
}

/// Serves a demo to this machine with one-click entry and prints who may enter.
pub fn demo(
    office: Office,
    shelf: Shelf,
    logins: BTreeMap<String, String>,
    address: Option<SocketAddr>,
) -> Result<Outcome> {
    let app = App::new(office.db().clone(), Arc::clone(office.library()));
    let app = app.with_office(office).with_demo(DemoLogins(logins.clone()));
    listen(app, shelf, address, |address| {
        line(format!("\nSuperbill serves http://{address}/ (Ctrl-C stops it). Sign in with one click there, or as:"))?;
        for (login, password) in &logins {
            line(format!("  {login:<20} {password}"))?;
        }
        Ok(())
    })
}

/// How often files are carried and looked for.
const TICK: Duration = Duration::from_secs(60);

/// Does what happens without anybody while the application serves. A failure is told and tried again.
fn work(live: Arc<Live>) {
    std::thread::spawn(move || {
        loop {
            let app = live.now();
            let Some(office) = &app.office else { return };
            match office.tick() {
                Ok(arrivals) => {
                    for arrival in arrivals {
                        if let Err(error) = arrival.outcome {
                            eprintln!("superbill: {} from {} was refused: {error}", arrival.name, arrival.partner);
                        }
                    }
                }
                Err(error) => eprintln!("superbill: the office's work stopped: {error}"),
            }
            std::thread::sleep(TICK);
        }
    });
}

fn listen(
    app: App,
    shelf: Shelf,
    wanted: Option<SocketAddr>,
    ready: impl FnOnce(SocketAddr) -> Result<()>,
) -> Result<Outcome> {
    shelf.warm(&app.library, &app.db)?;
    let live = Live::new(app);
    work(Arc::clone(&live));
    watch(shelf, Arc::clone(&live));
    let runtime = tokio::runtime::Runtime::new().context("the server cannot start its threads")?;
    runtime.block_on(async {
        let address = wanted.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, PORT)));
        let listener = server::listen::bind(address, wanted.is_none()).await.with_context(|| {
            format!("{address} is taken or not allowed: choose another with --listen 127.0.0.1:PORT")
        })?;
        let bound = listener.local_addr().context("the server does not know its address")?;
        if wanted.is_none() && bound.port() != PORT {
            line(format!("Port {PORT} is taken; {} is free.", bound.port()))?;
        }
        ready(bound)?;
        server::listen::serve(listener, server::route::router(live)).await.context("the server stopped")?;
        Ok(Outcome::Done)
    })
}
