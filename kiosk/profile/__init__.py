"""What an organisation asks of a session: format, loading, shipped profiles and texts."""
