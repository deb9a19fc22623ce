//! What staff can do with a ticket: the names of the acts, what their forms ask for, and the step that each one is.

use crate::{
    casework::{Actor, MessageKind, Moment, Origin, Purpose, Refusal, Splinter, State, Step, Ticket, TicketKind},
    console::session::Fields,
    locale::Phrase,
    phrase,
};

/// Something that staff do with a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::console) enum Act {
    /// Say which unit is responsible.
    Assign,
    /// Take it on.
    Claim,
    /// Write one's unit's part of the reply.
    WritePart,
    /// Approve the draft.
    Approve,
    /// Send the draft back with a remark.
    SendBack,
    /// Write the reply.
    Draft,
    /// Grant more time.
    GrantExtension,
    /// Refuse more time.
    RefuseExtension,
    /// Ask the citizen for what is missing.
    AskCitizen,
    /// Ask for more time.
    AskExtension,
    /// Give it to a colleague.
    HandOver,
    /// Ask another unit for a part of the reply.
    Involve,
    /// Do without a unit's part.
    ReleasePart,
    /// Let another ticket's reply be this one's too.
    Merge,
    /// Take a part of the question out as a ticket of its own.
    Split,
    /// Hand it to the unit that is responsible.
    Transfer,
    /// Return it to the dispatcher.
    GiveBack,
    /// Draft where else to turn.
    Refer,
    /// Look at it once more.
    Reopen,
    /// Say what kind of message it is.
    SetKind,
}

/// Where on the page an act is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    /// What usually comes next: open on the page.
    Next,
    /// Asking the citizen, asking for time.
    Time,
    /// With colleagues and other units.
    Together,
    /// One question or several.
    Shape,
    /// Somebody else is responsible.
    Elsewhere,
    /// After the reply.
    After,
    /// What kind of message it is.
    Kind,
}

impl Group {
    /// Those that are folded in, in the order of the page.
    pub(super) const FOLDED: [Self; 6] =
        [Self::Time, Self::Together, Self::Shape, Self::Elsewhere, Self::After, Self::Kind];

    /// What its fold says.
    pub(super) fn title(self) -> Phrase {
        match self {
            Self::Next => phrase!("console-acts"),
            Self::Time => phrase!("console-group-time"),
            Self::Together => phrase!("console-group-together"),
            Self::Shape => phrase!("console-group-shape"),
            Self::Elsewhere => phrase!("console-group-elsewhere"),
            Self::After => phrase!("console-group-after"),
            Self::Kind => phrase!("console-group-kind"),
        }
    }
}

/// How a field is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Control {
    /// Several lines.
    Words {
        /// How many are shown.
        rows: u8,
    },
    /// One line.
    Line,
    /// A number of working days.
    Days,
    /// A unit of the directory.
    Unit,
    /// A colleague of the ticket's unit.
    Colleague,
    /// A unit that cooperates.
    PartUnit,
    /// Another ticket's number.
    Number,
    /// A kind of message.
    Kind,
}

/// A field of an act's form.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// Its name in the form.
    pub(super) name: &'static str,
    /// How it is filled in.
    pub(super) control: Control,
    /// What it asks for.
    pub(super) label: Phrase,
}

/// What an act works with, besides the ticket and whoever acts.
pub(super) struct Given<'a> {
    /// What was filled in.
    pub(super) fields: &'a Fields,
    /// The ticket to merge into, if there is one of that number.
    pub(super) main: Option<&'a Ticket>,
    /// What a draft was begun with.
    pub(super) origin: Option<&'a Origin>,
    /// When, and on which calendar.
    pub(super) moment: Moment<'a>,
}

/// A step, and for a split what was taken out.
#[derive(Debug)]
pub(super) struct Taken {
    /// The step.
    pub(super) step: Step,
    /// What becomes a ticket of its own.
    pub(super) splinter: Option<Splinter>,
}

impl Act {
    /// All, in the order of the page.
    pub(super) const ALL: [Self; 20] = [
        Self::Assign,
        Self::Claim,
        Self::WritePart,
        Self::Approve,
        Self::SendBack,
        Self::GrantExtension,
        Self::RefuseExtension,
        Self::Draft,
        Self::AskCitizen,
        Self::AskExtension,
        Self::HandOver,
        Self::Involve,
        Self::ReleasePart,
        Self::Merge,
        Self::Split,
        Self::Transfer,
        Self::GiveBack,
        Self::Refer,
        Self::Reopen,
        Self::SetKind,
    ];

    /// Its name in addresses.
    pub(in crate::console) fn name(self) -> &'static str {
        match self {
            Self::Assign => "assign",
            Self::Claim => "claim",
            Self::WritePart => "part",
            Self::Approve => "approve",
            Self::SendBack => "send-back",
            Self::Draft => "draft",
            Self::GrantExtension => "grant",
            Self::RefuseExtension => "refuse-extension",
            Self::AskCitizen => "ask-citizen",
            Self::AskExtension => "ask-extension",
            Self::HandOver => "hand-over",
            Self::Involve => "involve",
            Self::ReleasePart => "release",
            Self::Merge => "merge",
            Self::Split => "split",
            Self::Transfer => "transfer",
            Self::GiveBack => "return",
            Self::Refer => "refer",
            Self::Reopen => "reopen",
            Self::SetKind => "kind",
        }
    }

    /// The act with a name.
    pub(in crate::console) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.name() == name)
    }

    /// Where it is offered. Assigning is the next thing only where a unit returned the ticket.
    pub(super) fn group(self, state: &State) -> Group {
        match self {
            Self::Assign if !matches!(state, State::Returned { .. }) => Group::Elsewhere,
            Self::Refer if matches!(state, State::Drafted { draft } if draft.purpose != Purpose::Reply) => Group::Next,
            Self::Assign
            | Self::Claim
            | Self::WritePart
            | Self::Approve
            | Self::SendBack
            | Self::Draft
            | Self::GrantExtension
            | Self::RefuseExtension => Group::Next,
            Self::AskCitizen | Self::AskExtension => Group::Time,
            Self::HandOver | Self::Involve | Self::ReleasePart => Group::Together,
            Self::Merge | Self::Split => Group::Shape,
            Self::Transfer | Self::GiveBack | Self::Refer => Group::Elsewhere,
            Self::Reopen => Group::After,
            Self::SetKind => Group::Kind,
        }
    }

    /// The fields that its form asks for.
    pub(super) fn fields(self) -> Vec<Field> {
        use Control::{Colleague, Days, Kind, Line, Number, PartUnit, Unit, Words};
        let field = |name, control, label| Field { name, control, label };
        match self {
            Self::Claim | Self::Approve | Self::GrantExtension => vec![],
            Self::Assign => vec![field("unit", Unit, phrase!("console-unit-label"))],
            Self::WritePart => vec![field("text", Words { rows: 8 }, phrase!("console-part-label"))],
            Self::SendBack => vec![field("remark", Words { rows: 3 }, phrase!("console-remark-label"))],
            Self::Draft => vec![field("text", Words { rows: 10 }, phrase!("console-draft-label"))],
            Self::RefuseExtension => vec![field("remark", Words { rows: 2 }, phrase!("console-refuse-why-label"))],
            Self::AskCitizen => vec![field("question", Words { rows: 3 }, phrase!("console-ask-citizen-label"))],
            Self::AskExtension => vec![
                field("days", Days, phrase!("console-extension-days-label")),
                field("reason", Words { rows: 3 }, phrase!("console-extension-why-label")),
            ],
            Self::HandOver => vec![field("to", Colleague, phrase!("console-colleague-label"))],
            Self::Involve => vec![field("unit", Unit, phrase!("console-involve-label"))],
            Self::ReleasePart => vec![
                field("unit", PartUnit, phrase!("console-release-label")),
                field("reason", Words { rows: 2 }, phrase!("console-release-why-label")),
            ],
            Self::Merge => vec![field("number", Number, phrase!("console-merge-label"))],
            Self::Split => vec![
                field("words", Words { rows: 3 }, phrase!("console-split-label")),
                field("unit", Unit, phrase!("console-split-unit-label")),
            ],
            Self::Transfer => vec![
                field("unit", Unit, phrase!("console-unit-label")),
                field("reason", Words { rows: 2 }, phrase!("console-transfer-why-label")),
            ],
            Self::GiveBack => vec![field("reason", Words { rows: 3 }, phrase!("console-reason-label"))],
            Self::Refer => vec![
                field("place", Line, phrase!("console-place-label")),
                field("text", Words { rows: 6 }, phrase!("console-refer-text-label")),
            ],
            Self::Reopen => vec![field("reason", Words { rows: 3 }, phrase!("console-reopen-why-label"))],
            Self::SetKind => vec![field("kind", Kind, phrase!("console-kind-label"))],
        }
    }

    /// The field that a refusal is about, if it is about one.
    pub(super) fn field_of(self, refusal: Refusal) -> Option<&'static str> {
        let has = |name: &'static str| self.fields().iter().any(|field| field.name == name).then_some(name);
        match refusal {
            Refusal::NoReason => has("reason").or(has("remark")).or(has("place")),
            Refusal::BadText => has("words").or(has("text")).or(has("question")),
            Refusal::BadExtension => has("days"),
            Refusal::BadMerge => has("number"),
            Refusal::SameUnit => has("unit"),
            Refusal::BadKind => has("kind"),
            _ => None,
        }
    }

    /// What its button says.
    pub(super) fn title(self) -> Phrase {
        match self {
            Self::Assign => phrase!("console-act-assign"),
            Self::Claim => phrase!("console-act-claim"),
            Self::WritePart => phrase!("console-act-part"),
            Self::Approve => phrase!("console-act-approve"),
            Self::SendBack => phrase!("console-act-send-back"),
            Self::Draft => phrase!("console-act-draft"),
            Self::GrantExtension => phrase!("console-act-grant"),
            Self::RefuseExtension => phrase!("console-act-refuse-extension"),
            Self::AskCitizen => phrase!("console-act-ask-citizen"),
            Self::AskExtension => phrase!("console-act-ask-extension"),
            Self::HandOver => phrase!("console-act-hand-over"),
            Self::Involve => phrase!("console-act-involve"),
            Self::ReleasePart => phrase!("console-act-release"),
            Self::Merge => phrase!("console-act-merge"),
            Self::Split => phrase!("console-act-split"),
            Self::Transfer => phrase!("console-act-transfer"),
            Self::GiveBack => phrase!("console-act-return"),
            Self::Refer => phrase!("console-act-refer"),
            Self::Reopen => phrase!("console-act-reopen"),
            Self::SetKind => phrase!("console-act-kind"),
        }
    }

    /// What the page says afterwards.
    pub(super) fn done(self) -> Phrase {
        match self {
            Self::Assign => phrase!("console-done-assign"),
            Self::Claim => phrase!("console-done-claim"),
            Self::WritePart => phrase!("console-done-part"),
            Self::Approve => phrase!("console-done-approve"),
            Self::SendBack => phrase!("console-done-send-back"),
            Self::Draft => phrase!("console-done-draft"),
            Self::GrantExtension => phrase!("console-done-grant"),
            Self::RefuseExtension => phrase!("console-done-refuse-extension"),
            Self::AskCitizen => phrase!("console-done-ask-citizen"),
            Self::AskExtension => phrase!("console-done-ask-extension"),
            Self::HandOver => phrase!("console-done-hand-over"),
            Self::Involve => phrase!("console-done-involve"),
            Self::ReleasePart => phrase!("console-done-release"),
            Self::Merge => phrase!("console-done-merge"),
            Self::Split => phrase!("console-done-split"),
            Self::Transfer => phrase!("console-done-transfer"),
            Self::GiveBack => phrase!("console-done-return"),
            Self::Refer => phrase!("console-done-refer"),
            Self::Reopen => phrase!("console-done-reopen"),
            Self::SetKind => phrase!("console-done-kind"),
        }
    }

    /// The ticket after it, or why not.
    pub(super) fn step(self, ticket: Ticket, actor: Actor<'_>, given: &Given<'_>) -> Result<Taken, Refusal> {
        let (moment, said) = (&given.moment, |name| given.fields.get(name));
        let step = match self {
            Self::Assign => ticket.assign(actor, said("unit"), moment),
            Self::Claim => ticket.claim(actor),
            Self::WritePart => ticket.write_part(actor, said("text"), moment),
            Self::Approve => ticket.approve(actor, moment),
            Self::SendBack => ticket.send_back(actor, said("remark")),
            Self::Draft => ticket.draft_from(actor, said("text"), given.origin),
            Self::GrantExtension => ticket.grant_extension(actor, moment),
            Self::RefuseExtension => ticket.refuse_extension(actor, said("remark")),
            Self::AskCitizen => ticket.ask_citizen(actor, said("question"), moment),
            // What is no number is no period.
            Self::AskExtension => {
                ticket.ask_extension(actor, said("days").trim().parse().unwrap_or_default(), said("reason"))
            }
            Self::HandOver => ticket.hand_over(actor, said("to")),
            Self::Involve => ticket.involve(actor, said("unit"), moment),
            Self::ReleasePart => ticket.release_part(actor, said("unit"), said("reason")),
            Self::Merge => ticket.merge(actor, given.main.ok_or(Refusal::BadMerge)?),
            Self::Split => {
                // A browser sends the ends of lines in its own way.
                let words = said("words").replace("\r\n", "\n");
                let (step, splinter) = ticket.split(actor, &words, said("unit"), moment)?;
                return Ok(Taken { step, splinter: Some(splinter) });
            }
            Self::Transfer => ticket.transfer(actor, said("unit"), said("reason"), moment),
            Self::GiveBack => ticket.give_back(actor, said("reason")),
            Self::Refer => ticket.refer(actor, said("place"), said("text")),
            Self::Reopen => ticket.reopen(actor, said("reason"), moment),
            Self::SetKind => ticket.set_kind(actor, MessageKind::named(said("kind")).ok_or(Refusal::BadKind)?),
        };
        step.map(|step| Taken { step, splinter: None })
    }

    /// What the life-cycle says to it now, for a form that is filled in well: none where it allows it.
    pub(super) fn refused(self, ticket: &Ticket, actor: Actor<'_>, moment: Moment<'_>) -> Option<Refusal> {
        let part = match self {
            // Only a part can be done without; only words of the question can be split from it.
            Self::ReleasePart => ticket.course.parts.first().map_or("", |part| part.unit.as_str()),
            _ => "-",
        };
        let mut letters = ticket.question.chars().filter(|letter| !letter.is_whitespace());
        let words = letters.next().map(String::from).unwrap_or_default();
        let kind = MessageKind::ALL.into_iter().find(|kind| ticket.kind != Some(TicketKind::Set(*kind)));
        let kind = kind.map_or("", MessageKind::name);
        let fields = Fields::of(&[
            ("unit", part),
            ("to", "-"),
            ("text", "-"),
            ("remark", "-"),
            ("reason", "-"),
            ("question", "-"),
            ("place", "-"),
            ("days", "1"),
            ("words", &words),
            ("kind", kind),
        ]);
        let other = Ticket { id: String::new(), state: State::Assigned, ..ticket.clone() };
        self.step(ticket.clone(), actor, &Given { fields: &fields, main: Some(&other), origin: None, moment }).err()
    }
}
