"""Who had a turn lately."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_submissions_turns",
        "submissions",
        ["started_at"],
        postgresql_where=sa.text("purpose = 'submit'"),
    )


def downgrade() -> None:
    op.drop_index("ix_submissions_turns", table_name="submissions")
