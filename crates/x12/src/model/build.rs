//! How the types of segments and loops are declared: their fields with their positions, and reading and writing follow.

/// Declares segments: `Name = "ID" { field: element, field: element-component, … }`, and after `repeats` the elements
/// that occur several times.
macro_rules! segments {
    ($($(#[$doc:meta])* $name:ident = $id:literal {
        $($field:ident: $element:literal $(- $component:literal)?),* $(,)?
        $(; repeats $($list:ident: $at:literal),*)?
    })*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(bound(serialize = "S: serde::Serialize + AsRef<str>", deserialize = "S: serde::Deserialize<'de> + Default"))]
        pub struct $name<S = String> {
            $(
                #[doc = concat!($id, " element ", $element $(, ", component ", $component)?, ".")]
                #[serde(default, skip_serializing_if = "crate::model::tree::is_blank")]
                pub $field: S,
            )*
            $($(
                #[doc = concat!($id, " element ", $at, ", each repetition.")]
                #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
                pub $list: Vec<S>,
            )*)?
        }

        impl<'a, S: From<&'a str>> $name<S> {
            /// From a segment, whatever its identifier.
            #[must_use]
            pub fn read(segment: &crate::segment::Segment<'a>) -> Self {
                Self {
                    $($field: crate::model::tree::value(segment, $element, 0 $(+ $component)?).into(),)*
                    $($($list: segment.reps($at).into_iter().map(S::from).collect(),)*)?
                }
            }
        }

        impl<'a, S: From<&'a str>> crate::model::tree::Part<'a> for $name<S> {
            fn read_all(tree: &crate::model::tree::Tree<'a>) -> Vec<Self> {
                tree.segments($id).map(Self::read).collect()
            }
        }

        impl<S: AsRef<str>> crate::model::tree::Put for $name<S> {
            const LEVEL: Option<&'static str> = None;

            fn put(&self, pen: &mut crate::model::tree::Pen<'_, '_>) {
                let mut row = crate::model::tree::Row::default();
                $(row.set($element, 0 $(+ $component)?, self.$field.as_ref());)*
                $($(row.repeat($at, self.$list.iter().map(AsRef::as_ref).collect());)*)?
                pen.row($id, row);
            }
        }
    )* };
}

/// Declares segments whose elements go by their numbers: `elements[0]` is the first, each a list of components.
macro_rules! plain_segments {
    ($($(#[$doc:meta])* $name:ident = $id:literal;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(transparent, bound(serialize = "S: serde::Serialize", deserialize = "S: serde::Deserialize<'de>"))]
        pub struct $name<S = String> {
            #[doc = concat!("The elements of ", $id, " in order, each as its components.")]
            pub elements: Vec<Vec<S>>,
        }

        impl<'a, S: From<&'a str>> $name<S> {
            /// From a segment, whatever its identifier.
            #[must_use]
            pub fn read(segment: &crate::segment::Segment<'a>) -> Self {
                let components = |element| segment.components_of(element).map(S::from).collect();
                Self { elements: segment.elements().skip(1).map(components).collect() }
            }
        }

        impl<'a, S: From<&'a str>> crate::model::tree::Part<'a> for $name<S> {
            fn read_all(tree: &crate::model::tree::Tree<'a>) -> Vec<Self> {
                tree.segments($id).map(Self::read).collect()
            }
        }

        impl<S: AsRef<str>> crate::model::tree::Put for $name<S> {
            const LEVEL: Option<&'static str> = None;

            fn put(&self, pen: &mut crate::model::tree::Pen<'_, '_>) {
                let mut row = crate::model::tree::Row::default();
                for (element, components) in (1_usize..).zip(&self.elements) {
                    for (component, value) in (1_usize..).zip(components) {
                        // A single component is the element itself.
                        let component = if components.len() == 1 { 0 } else { component };
                        row.set(element, component, value.as_ref());
                    }
                }
                pen.row($id, row);
            }
        }
    )* };
}

/// Declares loops: `Name = [ids] { field: Option<Segment>, field: Vec<Loop>, … }`, in the order of the guide.
/// `level "22"` says that the loop begins with an HL of that code.
macro_rules! loops {
    ($($(#[$doc:meta])* $name:ident = [$($id:literal),* $(,)?] $(level $level:literal)? {
        $($(#[$note:meta])* $field:ident: $kind:ident<$type:ident>),* $(,)?
    })*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(bound(
            serialize = "S: serde::Serialize + AsRef<str>",
            deserialize = "S: serde::Deserialize<'de> + Default"
        ))]
        pub struct $name<S = String> {
            $(
                $(#[$note])*
                #[doc = concat!("[`", stringify!($type), "`] in its place.")]
                #[serde(default = "Default::default", skip_serializing_if = "crate::model::tree::Field::is_absent")]
                pub $field: $kind<$type<S>>,
            )*
        }

        impl<'a, S: From<&'a str>> crate::model::tree::Part<'a> for $name<S> {
            fn read_all(tree: &crate::model::tree::Tree<'a>) -> Vec<Self> {
                let ids: &[&str] = &[$($id),*];
                tree.below(ids).map(Self::of).collect()
            }
        }

        impl<'a, S: From<&'a str>> $name<S> {
            /// From one occurrence of the loop.
            pub(crate) fn of(tree: &crate::model::tree::Tree<'a>) -> Self {
                Self { $($field: crate::model::tree::field(tree),)* }
            }
        }

        impl<S: AsRef<str>> crate::model::tree::Put for $name<S> {
            const LEVEL: Option<&'static str> = loops!(@level $($level)?);

            fn put(&self, pen: &mut crate::model::tree::Pen<'_, '_>) {
                let has_below = false $(|| crate::model::tree::Field::is_level_below(&self.$field))*;
                pen.open_level(<Self as crate::model::tree::Put>::LEVEL, has_below);
                $(crate::model::tree::Field::put(&self.$field, pen);)*
                pen.close_level(<Self as crate::model::tree::Put>::LEVEL);
            }
        }
    )* };
    (@level) => { None };
    (@level $level:literal) => { Some($level) };
}

pub(crate) use {loops, plain_segments, segments};
