"""The morning deck: a few printed and screen attacks and the technician before the site's own camera, day after day."""
