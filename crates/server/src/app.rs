//! What every request shares: the records, the code library, the office of the demo.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use codes::{Library, Release};
use cycle::{coding::Likeness, office::Office};
use jiff::{SignedDuration, Timestamp};
use store::{Clock, Db};

use crate::left::LeftForms;
use crate::view::frame::Message;

/// Failed attempts after which a login or an address has to wait.
const ATTEMPTS_MAX: u32 = 6;
/// How long it waits, and how long failures are remembered.
const ATTEMPTS_REST: SignedDuration = SignedDuration::from_mins(5);
/// Logins and addresses remembered at once; beyond that the oldest memory goes.
const ATTEMPTS_KEPT: usize = 10_000;
/// Sessions whose last message is still unread; beyond that messages are dropped, never work.
const MESSAGES_KEPT: usize = 10_000;

/// The passwords of the demo's people, shown to nobody but this machine; by login.
#[derive(Clone, Debug, Default)]
pub struct DemoLogins(pub BTreeMap<String, String>);

/// Everything a request may need. Cheap to share behind an `Arc`.
pub struct App {
    /// The records.
    pub db: Db,
    /// Every code system.
    pub library: Arc<Library>,
    /// Word vectors of the site that order offers and alternatives.
    pub likeness: Option<Likeness>,
    /// Sends files, and moves the days of a demo.
    pub office: Option<Office>,
    /// Set in a demo served to this machine alone: one-click entry.
    pub demo: Option<DemoLogins>,
    /// Served over TLS (by a proxy): cookies travel encrypted only.
    pub is_secure: bool,
    memory: Arc<Memory>,
    releases: OnceLock<Vec<Release>>,
}

/// What is remembered from one request to the next, whatever library answers them.
#[derive(Default)]
struct Memory {
    attempts: Mutex<HashMap<String, (u32, Timestamp)>>,
    messages: Mutex<HashMap<String, Vec<Message>>>,
    hashing: Mutex<()>,
    left: LeftForms,
}

/// The application at this moment. Every request takes it once, so that it sees one library from its beginning to its
/// end; a new import is seen by the next one.
pub struct Live(RwLock<Arc<App>>);

impl Live {
    /// Begins with an application.
    #[must_use]
    pub fn new(app: App) -> Arc<Self> {
        Arc::new(Self(RwLock::new(Arc::new(app))))
    }

    /// The application as it is now.
    #[must_use]
    pub fn now(&self) -> Arc<App> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Lets another library answer from the next request on.
    pub fn set_library(&self, library: &Arc<Library>) {
        let next = Arc::new(self.now().with_library(library));
        // Worked out before anybody waits for it.
        next.releases();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = next;
    }
}

/// The present of browsers and sessions: the system's, never the demo's.
#[must_use]
pub fn present() -> Timestamp {
    Clock::System.now()
}

/// A lock whose holder panicked still guards usable data here: maps of counters and messages.
pub(crate) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl App {
    /// An installation to serve on loopback, without demo people.
    #[must_use]
    pub fn new(db: Db, library: Arc<Library>) -> Self {
        Self {
            db,
            library,
            likeness: None,
            office: None,
            demo: None,
            is_secure: false,
            memory: Arc::default(),
            releases: OnceLock::new(),
        }
    }

    /// The same installation with another library; failed attempts and messages are remembered.
    fn with_library(&self, library: &Arc<Library>) -> Self {
        Self {
            db: self.db.clone(),
            library: Arc::clone(library),
            likeness: self.likeness.clone(),
            office: self.office.as_ref().map(|office| office.with_library(library)),
            demo: self.demo.clone(),
            is_secure: self.is_secure,
            memory: Arc::clone(&self.memory),
            releases: OnceLock::new(),
        }
    }

    /// What the imported editions of the library changed, newest first; worked out once for each library.
    pub(crate) fn releases(&self) -> &[Release] {
        self.releases.get_or_init(|| {
            self.library.releases().unwrap_or_else(|error| {
                eprintln!("superbill: the editions of the code library cannot be compared: {error}");
                Vec::new()
            })
        })
    }

    /// With one-click entry for the demo's people; only for an installation served to this machine alone.
    #[must_use]
    pub fn with_demo(self, logins: DemoLogins) -> Self {
        Self { demo: Some(logins), ..self }
    }

    /// With word vectors that order offers and alternatives.
    #[must_use]
    pub fn with_likeness(self, likeness: Option<Likeness>) -> Self {
        Self { likeness, ..self }
    }

    /// With an office that carries files and knows the payers.
    #[must_use]
    pub fn with_office(self, office: Office) -> Self {
        Self { office: Some(office), ..self }
    }

    /// Behind a proxy that speaks TLS.
    #[must_use]
    pub fn behind_tls(self) -> Self {
        Self { is_secure: true, ..self }
    }

    /// True while a login or an address has to wait after too many failures.
    pub(crate) fn must_wait(&self, who: &str) -> bool {
        let now = present();
        held(&self.memory.attempts)
            .get(who)
            .is_some_and(|(count, last)| *count >= ATTEMPTS_MAX && now.duration_since(*last) < ATTEMPTS_REST)
    }

    pub(crate) fn note_failure(&self, who: &str) {
        let now = present();
        let mut attempts = held(&self.memory.attempts);
        if attempts.len() >= ATTEMPTS_KEPT {
            attempts.retain(|_, (_, last)| now.duration_since(*last) < ATTEMPTS_REST);
            if attempts.len() >= ATTEMPTS_KEPT {
                attempts.clear();
            }
        }
        let entry = attempts.entry(who.to_owned()).or_insert((0, now));
        if now.duration_since(entry.1) >= ATTEMPTS_REST {
            entry.0 = 0;
        }
        *entry = (entry.0.saturating_add(1), now);
    }

    pub(crate) fn forget_failures(&self, who: &str) {
        held(&self.memory.attempts).remove(who);
    }

    /// Checks a password, one at a time: each check takes 64 MiB.
    pub(crate) fn knows(&self, password: &str, hash: &str) -> bool {
        let _one = held(&self.memory.hashing);
        crate::password::verify(password, hash)
    }

    /// Keeps a message for the next page of a session.
    pub(crate) fn say(&self, session: &str, kind: &str, text: String) {
        self.tell(session, Message { kind: kind.to_owned(), text, ..Message::default() });
    }

    /// As [`App::say`], with links or what was typed.
    pub(crate) fn tell(&self, session: &str, message: Message) {
        let mut messages = held(&self.memory.messages);
        if messages.len() < MESSAGES_KEPT || messages.contains_key(session) {
            messages.entry(session.to_owned()).or_default().push(message);
        }
    }

    pub(crate) fn take_messages(&self, session: &str) -> Vec<Message> {
        held(&self.memory.messages).remove(session).unwrap_or_default()
    }

    /// Forms of sessions that ended.
    pub(crate) fn left(&self) -> &LeftForms {
        &self.memory.left
    }
}
