//! What surrounds every page: client, worklists, search, person, messages.

/// The surroundings of a page (`base.html`).
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// `light`, `dark`, or empty to follow the system.
    pub theme: String,
    /// Changes when an asset changes, so that browsers fetch it anew.
    pub asset_key: String,
    /// Token of the session that every form carries.
    pub csrf: String,
    /// Fresh key for the money-moving forms of this page; each adds its own suffix.
    pub idempotency: String,
    /// The client being worked for.
    pub client_name: String,
    /// `teal`, `amber`, `violet` or `rose`.
    pub client_colour: String,
    /// Clients the person may work for.
    pub clients: Vec<ClientChoice>,
    /// The installation's day, for people.
    pub today: String,
    /// The person.
    pub user_name: String,
    /// Left rail, worklists with counts.
    pub worklists: Vec<Link>,
    /// Left rail, records and reports.
    pub records: Vec<Link>,
    /// The person may write notes.
    pub may_write: bool,
    /// Shows the demo bar.
    pub is_demo: bool,
    /// What the last action did.
    pub messages: Vec<Message>,
}

/// A client in the switch.
#[derive(Clone, Debug, Default)]
pub struct ClientChoice {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The one being worked for.
    pub is_current: bool,
}

/// A link of the left rail.
#[derive(Clone, Debug, Default)]
pub struct Link {
    /// Address.
    pub href: String,
    /// Words.
    pub label: String,
    /// Number of items, or empty.
    pub count: String,
    /// Letter after `g` that goes there, or empty.
    pub key: String,
    /// The page shown.
    pub is_current: bool,
}

/// A message at the top of a page.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// `good`, `warn` or `bad`.
    pub kind: String,
    /// Words.
    pub text: String,
    /// Pages it speaks of: address and words.
    pub links: Vec<(String, String)>,
    /// What was typed into a form that was refused.
    pub kept: Option<Kept>,
}

/// A refused form: the script puts its fields back, and without script they are here to be read.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Where the form is posted.
    pub action: String,
    /// The page it is on.
    pub page: String,
    /// Name and value of what was typed.
    pub fields: Vec<(String, String)>,
}
