"""Judging submissions again, beside what their results are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Workers of before know no such purpose and need not: it only widens what may be stored.
    op.drop_constraint(op.f("ck_submissions_purpose"), "submissions")
    op.create_check_constraint(
        op.f("ck_submissions_purpose"), "submissions", "purpose IN ('submit', 'trial', 'rejudge')"
    )
    now = sa.text("clock_timestamp()")
    op.create_table(
        "rejudgings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("problem_id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changes", JSONB(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'applied', 'discarded')", name=op.f("ck_rejudgings_state")
        ),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problems.id"],
            name=op.f("fk_rejudgings_problem_id_problems"), ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["problem_versions.id"],
            name=op.f("fk_rejudgings_version_id_problem_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejudgings")),
    )  # fmt: skip
    op.create_index(
        "ix_rejudgings_open",
        "rejudgings",
        ["problem_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "rejudgements",
        sa.Column("copy_id", sa.Uuid(), nullable=False),
        sa.Column("rejudging_id", sa.BigInteger(), nullable=False),
        sa.Column("original_id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [target],
                name=op.f(f"fk_rejudgements_{column}_{target.partition('.')[0]}"),
                ondelete="CASCADE",
            )
            for column, target in (
                ("copy_id", "submissions.id"),
                ("rejudging_id", "rejudgings.id"),
                ("original_id", "submissions.id"),
            )
        ),
        sa.PrimaryKeyConstraint("copy_id", name=op.f("pk_rejudgements")),
    )  # fmt: skip
    for column in ("rejudging_id", "original_id"):
        op.create_index(op.f(f"ix_rejudgements_{column}"), "rejudgements", [column])


def downgrade() -> None:
    op.execute("DELETE FROM submissions WHERE purpose = 'rejudge'")
    op.drop_table("rejudgements")
    op.drop_table("rejudgings")
    op.drop_constraint(op.f("ck_submissions_purpose"), "submissions")
    op.create_check_constraint(
        op.f("ck_submissions_purpose"), "submissions", "purpose IN ('submit', 'trial')"
    )
