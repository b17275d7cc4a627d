"""Recipe of ``face_embedding``: a pruned MobileFaceNet, distilled back into its teacher's space."""
