"""The recipe of ``face_landmarks``."""
