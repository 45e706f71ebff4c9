//! Places and what happens in them.
//!
//! A place is known by the code that a published list gives it, together with
//! the edition of that list ([`PlaceRef`]); what stands above it is what the
//! list says ([`PlaceTable`]). Events that make earlier answers void are in
//! [`event`].
//!
//! Not here: reading a list from a file (the import of the `sanad` program) and
//! how answers about a place are judged ([`conditions`](crate::conditions)).

mod decide;
pub mod event;
mod history;
mod lost;
pub mod place;
mod state;
mod table;

pub use decide::{AreaCommand, decide, follow};
pub use event::AreaEventKind;
pub use history::{Change, over_time};
pub use lost::{FindingsLost, LossCause, LostFinding, Touched};
pub use place::{EditionCode, PCode, Place, PlaceName, PlaceRef};
pub use state::{AreaEventRecord, AreaFact, AreaState, NewAreaEvent};
pub use table::{PlaceError, PlaceTable};
