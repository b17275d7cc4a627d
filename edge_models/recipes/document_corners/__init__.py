"""The recipe of ``document_corners``: where a document lies in a picture, learnt from drawn ones."""
