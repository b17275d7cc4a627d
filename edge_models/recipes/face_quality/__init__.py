"""The recipe of ``face_quality``: quality components that plain image statistics can't give (after ISO/IEC 29794-5)."""
