"""A person who can be told what to do, drawn from one portrait: no camera and no file needed."""
