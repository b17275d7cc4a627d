"""The technician's tools: they see the kiosk, the kiosk does not see them."""
