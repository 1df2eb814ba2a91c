/// The port that both ends speak on.
pub const PORT: u16 = 6500;
