"""What the bench found, as JSON, as text and as PDF: figures and names of files, never a face."""
