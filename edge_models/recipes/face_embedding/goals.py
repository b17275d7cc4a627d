"""What the student is drawn towards: the teacher's templates, their likeness among each other, what flows inside."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch.nn import functional

from edge_models.recipes.face_embedding.network import MobileFace


@dataclass(frozen=True)
class Goals:
    """Weights of the losses. All compare unit templates; the teacher never learns."""

    clean: float
    """cosine to the teacher's template of the clean crop (flip-averaged): views of one crop fall together"""
    same_view: float
    """cosine to the teacher's template of the very view (Beyer et al. 2022: a consistent teacher)"""
    relational: float
    """squared difference of the batch's similarity matrices (Park et al. 2019)"""
    soft: float
    """soft targets: whom the teacher finds alike, as a distribution over the batch (Hinton et al. 2015)"""
    temperature: float
    """of the soft targets, in cosine"""
    features: float
    """squared difference of what flows after the blocks, in parts of its variance (Romero et al. 2015)"""
    blocks: tuple[int, ...]
    """after which blocks the flows are compared"""

    def loss(
        self, network: MobileFace, teacher: MobileFace, pictures: torch.Tensor, targets: torch.Tensor
    ) -> torch.Tensor:
        """Give the loss of a batch; ``targets``: the teacher's unit templates of the clean crops."""
        given, flows = network.streams(pictures)
        given = functional.normalize(given.float(), dim=1)
        total = self.clean * (1 - (given * targets).sum(1).mean())
        if self.same_view or self.features:
            teacher = teacher.to(pictures.device)
            with torch.no_grad():
                seen, true = teacher.streams(pictures)
                seen = functional.normalize(seen.float(), dim=1)
            total = total + self.same_view * (1 - (given * seen).sum(1).mean())
            for block in self.blocks:
                mine, theirs = flows[block].float(), true[block].float()
                total = total + self.features / len(self.blocks) * functional.mse_loss(mine, theirs) / theirs.var()
        alike, wanted = given @ given.T, targets @ targets.T
        total = total + self.relational * functional.mse_loss(alike, wanted)
        return total + self.soft * _soft(alike, wanted, self.temperature)


def _soft(alike: torch.Tensor, wanted: torch.Tensor, temperature: float) -> torch.Tensor:
    """Give the divergence of the student's neighbours from the teacher's, each crop's own place left out."""
    own = torch.eye(len(alike), dtype=torch.bool, device=alike.device)
    mine = functional.log_softmax(alike.masked_fill(own, -10) / temperature, 1)
    theirs = functional.softmax(wanted.masked_fill(own, -10) / temperature, 1)
    # Scaled by the square of the temperature's inverse gradient, so that its choice does not change the weight.
    return functional.kl_div(mine, theirs, reduction="batchmean") * temperature
